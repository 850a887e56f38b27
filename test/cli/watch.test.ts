import { beforeAll, expect, test } from 'vitest';
import { watched } from '../../src/cli/actions/watch.ts';
import type { QueueStatus } from '../../src/domain/queue.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { useDatabase } from '../support/db.ts';
import { run, start } from './command.ts';

const database = useDatabase();
const env = () => ({ DATABASE_URL: database.url });

beforeAll(async () => {
  await database.pool.query(
    "select taskqueue.create_queue('mail', rate => '5/s'), taskqueue.record_statistics('mail', 120)",
  );
  await database.pool.query("select taskqueue.add('mail') from generate_series(1, 4)");
});

test('draws the queues so many times, with their speed and when they are empty', async () => {
  const { code, stdout } = await run(['queues', 'watch', '--count', '2', '--interval', '10ms'], { env: env() });
  expect(code).toBe(0);
  expect(stdout.match(/^mail +5\/s +2\/s +4 +\S.* +2s +running$/gm)).toHaveLength(2);
});

test('Ctrl-C ends it', async () => {
  const watching = start(['queues', 'watch'], { env: env() });
  let seen = '';
  watching.stdout?.on('data', (chunk) => {
    seen += chunk;
  });
  await eventually(() => seen.includes('mail'), { timeoutMs: 10_000 });
  watching.kill('SIGINT');
  expect(await watching.ran).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  [0, 60, 0],
  [10, 60, 10],
  [10, 0, null],
])('%i tasks, %i in the last minute: empty in %s s', (tasks, executedLastMinute, drain) => {
  expect(watched({ tasks, executedLastMinute } as QueueStatus).drain).toBe(drain);
});
