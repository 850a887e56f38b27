// The browser counts on with the same words as the server.

import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { CONSOLE_ASSETS } from '../../src/console/assets/package-assets.embed.ts';
import { shownDuration } from '../../src/console/parts/figures.ts';

test('durations read the same in the browser', () => {
  const script = CONSOLE_ASSETS['console.js'];
  const start = script.indexOf('// Durations as the server writes them');
  const window = { pgtaskqueue: {} as { duration(seconds: number): string } };
  runInNewContext(script.slice(start, script.indexOf('// Between updates', start)), { window });
  for (const seconds of [
    0, 0.0004, 0.084, 0.9994, 0.9996, 1, 2.1, 9.94, 9.96, 59.94, 59.96, 60, 245, 3_599.6, 5_280, 86_399, 1_483_200,
  ])
    expect(window.pgtaskqueue.duration(seconds)).toBe(shownDuration(seconds));
});
