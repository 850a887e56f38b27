// The version of this package. The build replaces this module by the version itself (test/build/build.mjs).

import { readFileSync } from 'node:fs';

/** The version in `package.json`. */
export const PACKAGE_VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
