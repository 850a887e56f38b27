// Probes of a server with several cells.

import { expect, test } from 'vitest';
import { type CellsAppOptions, createCellsApp } from '../../src/http/cells-app.ts';
import { anyWorks } from '../../src/server/any-works.ts';

const works = async () => undefined;
const fails = async () => 'the database does not answer';
const isSilent = () => new Promise<undefined>(() => {});

/** What a probe without a token gets. */
async function probed(...problems: CellsAppOptions['cells'][number]['problem'][]): Promise<number> {
  const cells = problems.map((problem, at) => ({ name: `cell-${at}`, problem }));
  const app = createCellsApp({
    authority: { token: 'secret', bind: '0.0.0.0' },
    publicUrl: undefined,
    metrics: { contentType: 'text/plain', text: async () => '' },
    cells,
    anyWorks: () => anyWorks(cells),
    retryInSeconds: () => 1,
  });
  return (await app.request('/readyz')).status;
}

test('one cell that works is enough, and a silent one is not waited for', async () => {
  expect(await probed(works)).toBe(200);
  expect(await probed(fails, works)).toBe(200);
  expect(await probed(isSilent, works)).toBe(200);
  expect(await probed(isSilent, fails, works)).toBe(200);
});

test('no cell that works is 503', async () => {
  expect(await probed(fails)).toBe(503);
  expect(await probed(fails, fails)).toBe(503);
});
