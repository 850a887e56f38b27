// The version of this package, as its package.json says.

import { readFileSync } from 'node:fs';

/** The version of this package. The file is two folders up from both `src/domain` and `dist/domain`. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
