// The version of this package, from its package.json.

import { readFileSync } from 'node:fs';

/** Reads the version from package.json, which is two folders up from both `src/domain` and `dist/domain`. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
