import { beforeAll, expect, test } from 'vitest';
import { watched } from '../../src/cli/actions/watch.ts';
import type { QueueStatus } from '../../src/domain/queue.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { run, start } from './command.ts';

const database = useDatabase();
const env = () => ({ DATABASE_URL: database.url });

beforeAll(async () => {
  await database.pool.query(
    `select taskqueue.create_queue('mail', rate => '5/s'),
       taskqueue.record_activity('[{"queue": "mail", "executed": 130, "succeeded": 120, "server_error": 10, "dead": 1}]')`,
  );
  await database.pool.query("select taskqueue.add('mail') from generate_series(1, 4)");
});

test('draws the queues so many times, with their speed and when nothing is due', async () => {
  const { code, stdout } = await run(['queues', 'watch', '--count', '2', '--interval', '10ms'], { env: env() });
  expect(code).toBe(0);
  expect(stdout.match(/^mail +5\/s +2\/s +10 +1 +4 +\S.* +2s +no dispatcher$/gm)).toHaveLength(2);
});

test('Ctrl-C ends it', async () => {
  const watching = start(['queues', 'watch'], { env: env() });
  let seen = '';
  watching.stdout?.on('data', (chunk) => {
    seen += chunk;
  });
  await eventually(() => seen.includes('mail'));
  watching.kill('SIGINT');
  expect(await watching.ran).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  [{ due: 0 }, 60, 0],
  [{ due: 10 }, 60, 10],
  [{ due: 10, inFlight: 2 }, 60, 12],
  [{ due: 100, tasks: 1000, scheduled: 40 }, 60, 960],
  [{ due: 0, scheduled: 40, tasks: 40 }, 60, 0],
  [{ due: 10, failedLastMinute: 600 }, 0, null],
])('%o, %i succeeded in the last minute: done in %s s', (figures, succeededLastMinute, drain) => {
  const queue = { tasks: 0, scheduled: 0, inFlight: 0, succeededLastMinute, ...figures };
  expect(watched(queue as QueueStatus).drain).toBe(drain);
});
