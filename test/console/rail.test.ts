// The counts in the rail, and who sees them.

import { expect, test } from 'vitest';
import { railCells } from '../../src/console/live/rail.ts';
import type { ConsoleRequest } from '../../src/console/route.ts';

const snapshot = {
  queues: [
    { name: 'mail', depth: { tasks: 123_400 } },
    { name: 'photos', depth: { tasks: 9 } },
  ],
  counts: { dead: 37, tombstones: 2_100_000, crons: 8, dispatchers: 0, targets: 6 },
  findings: [{ level: 'ok' }, { level: 'warn' }, { level: 'fail' }],
};

async function shown(mayRead: (queue: string | undefined) => boolean, more = {}) {
  const request = {
    snapshot: async () => ({ ...snapshot, ...more }),
    may: (_: string, queue?: string) => mayRead(queue),
  };
  const cells = await railCells(request as unknown as ConsoleRequest);
  const read = async ([id, cell]: [string, unknown]) => {
    const [, tone, text] = /^<span class="n ?(.*?)" id=".*">(.*)<\/span>$/.exec(String(await cell)) ?? [];
    return [id.replace('rail-', ''), tone ? `${text} ${tone}` : text];
  };
  return Object.fromEntries(await Promise.all([...cells].map(read)));
}

test('who may read everything sees all counts', async () => {
  expect(await shown(() => true)).toEqual({
    ...{
      queues: '2',
      tasks: '123k',
      dead: '37 bad',
      tombstones: '2.1M',
      cron: '8',
      dispatchers: '0 slow',
      targets: '6',
    },
    health: '2 bad',
  });
});

test('who may read some queues sees those', async () => {
  expect(await shown((queue) => queue === 'photos')).toEqual({ queues: '1', tasks: '9' });
});

test('health that is well or not known is not counted', async () => {
  expect((await shown(() => true, { findings: [{ level: 'ok' }] })).health).toBe('');
  expect((await shown(() => true, { findings: undefined })).health).toBe('');
});
