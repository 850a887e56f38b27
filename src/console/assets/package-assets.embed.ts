// The console's scripts and styles. The build replaces this module by the texts themselves (test/build/build.mjs).

import { readFileSync } from 'node:fs';

const own = (name: string) => readFileSync(new URL(`../../../src/console/assets/${name}`, import.meta.url), 'utf8');

/** In this order. */
const SCRIPTS = `
  choices.js
  theme.js
  durations.js
  counting.js
  morph.js
  rows.js
  arrivals.js
  selection.js
  live-changes.js
  live-status.js
  live-connection.js
  menus.js
  dialogs.js
  confirm.js
  copy.js
  times.js
  keys.js
  submit-on-change.js
  preview.js
  chart-values.js
`
  .trim()
  .split(/\s+/);

/** By their names. */
export const CONSOLE_ASSETS = {
  'console.css': own('console.css'),
  'icon.svg': own('icon.svg'),
  // strict, so that the functions of a file stay inside its block
  'console.js': ["'use strict';", ...SCRIPTS.map(own)].join('\n'),
};
