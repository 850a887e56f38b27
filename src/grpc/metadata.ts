// Reads the metadata of calls.

import type { Metadata } from '@grpc/grpc-js';

/** Names the cell that a call is for. */
export const CELL_KEY = 'pgtaskqueue-cell';

/** Returns the value of a key; several values count as one with commas, as in HTTP. Undefined: there is none. */
export function textIn(metadata: Metadata, key: string): string | undefined {
  const values = metadata.get(key);
  return values.length === 0 ? undefined : values.join(', ');
}
