// The console's scripts and styles. The build replaces this module by the texts themselves (test/build/build.mjs).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = (name: string) => readFileSync(new URL(`../../../src/console/assets/${name}`, import.meta.url), 'utf8');
const ofPackage = (name: string) => readFileSync(fileURLToPath(import.meta.resolve(name)), 'utf8');

/** By their names. */
export const CONSOLE_ASSETS = {
  'console.css': own('console.css'),
  // One file: as two, the extension may come after htmx has looked for streams.
  'htmx.js': [ofPackage('htmx.org/dist/htmx.min.js'), ofPackage('htmx.org/dist/ext/hx-sse.min.js')].join('\n'),
  'console.js': ['theme.js', 'selection.js'].map(own).join('\n'),
};
