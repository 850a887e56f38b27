// All versions of the API.

import { V2 } from './v2.ts';
import { V2BETA2 } from './v2beta2.ts';
import { V2BETA3 } from './v2beta3.ts';
import type { ApiVersion } from './version.ts';

export const VERSIONS: readonly ApiVersion[] = [V2, V2BETA2, V2BETA3];

/** A path in each version, v2's first. */
export function pathsInAll(path: string): [string, ...string[]] {
  return [`/v2/${path}`, `/v2beta2/${path}`, `/v2beta3/${path}`];
}
