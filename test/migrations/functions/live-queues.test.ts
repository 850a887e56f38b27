// What the console reads of queues: their newest notes, their past, their leases and tags.

import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';

const database = useDatabase();
const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
const note = (notes: object) => query('select taskqueue.record_activity($1)', [JSON.stringify([notes])]);

beforeAll(async () => {
  await query(`select taskqueue.create_queue('mail', rate => '10/s', bucket_size => 20)`);
  await query(`select taskqueue.create_queue('pull', mode => 'pull')`);
  for (let i = 0; i < 3; i++) await query(`select taskqueue.add('mail', url => '/x')`);
});

test('a queue is as its newest note says, with the sums of a minute and of ten seconds', async () => {
  await query(
    `insert into taskqueue._statistics (queue_id, at, executed, started, succeeded, server_error, tokens)
     select id, now() - interval '30 seconds', 6, 6, 4, 2, 9 from taskqueue._queues where name = 'mail'`,
  );
  await note({
    queue: 'mail',
    started: 2,
    executed: 2,
    succeeded: 1,
    no_answer: 1,
    tokens: 7,
    in_flight: 1,
    enforced: 2.5,
    sample: true,
  });
  const [row] = await query(
    `select tokens, in_flight, started, succeeded, failed, server_error, no_answer, started_recently, failed_recently,
       due, scheduled, tasks, enforced_rate, condition, state from taskqueue.live_queues() where queue = 'mail'`,
  );
  expect(row).toEqual({
    ...{ tokens: 7, in_flight: 1, started: '8', succeeded: '5', failed: '3', server_error: '2', no_answer: '1' },
    ...{ started_recently: '2', failed_recently: '1', due: 3, scheduled: 0, tasks: '4', enforced_rate: 2.5 },
    ...{ condition: 'no dispatcher', state: 'running' },
  });
});

test('it agrees with the view queues about settings, state and rate', async () => {
  await query(`select taskqueue.pause_queue('pull', 'by hand', now() + interval '1 hour')`);
  const columns =
    'mode, rate, bucket_size, max_concurrent_requests, target, state, paused_reason, paused_until, condition';
  const live = await query(`select queue as name, ${columns} from taskqueue.live_queues() order by 1`);
  expect(live).toEqual(await query(`select name, ${columns} from taskqueue.queues order by 1`));
  const [pull] = await query(`select paused_by, since from taskqueue.live_queues() where queue = 'pull'`);
  expect(pull).toEqual({ paused_by: expect.any(String), since: expect.any(Date) });
});

test('a sample above 100 tasks is an estimate, and is kept by the minute', async () => {
  await query(`select taskqueue.create_queue('long')`);
  for (let i = 0; i < 3; i++)
    await query(
      `select count(*) from taskqueue.add_tasks('long', (select jsonb_agg(jsonb_build_object('url', '/x'))
         from generate_series(1, 100)), transactional => false)`,
    );
  await query('analyze taskqueue._tasks');
  await note({ queue: 'long', started: 1, sample: true });
  const [{ tasks }] = await query(`select tasks::integer from taskqueue.minute_statistics where queue = 'long'`);
  expect(tasks).toBeGreaterThan(250);
  expect(tasks).toBeLessThan(350);
  const past = await query(`select queue, tasks::integer from taskqueue.depth_history('{long,unknown}')`);
  expect(past).toEqual([{ queue: 'long', tasks }]);
});

test('a chart has steps with counts and quantiles', async () => {
  await note({ queue: 'mail', minute: Math.floor(Date.now() / 60_000), lag: [0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
  const rows = await query(
    `select sum(started)::integer as started, sum(succeeded)::integer as succeeded, max(lag[1]) as median
     from taskqueue.queue_chart('mail', 3600, 60)`,
  );
  expect(rows).toEqual([{ started: 8, succeeded: 5, median: expect.closeTo(0.065, 3) }]);
  expect(await query(`select * from taskqueue.queue_chart('unknown', 3600, 60)`)).toEqual([]);
});

test('leases and tags of a pull queue', async () => {
  await query(`select taskqueue.create_queue('photos', mode => 'pull')`);
  for (const tag of ['cats', 'cats', 'dogs'])
    await query(`select taskqueue.add('photos', payload => 'x', tag => $1)`, [tag]);
  await query(`select * from taskqueue.lease_tasks_by_tag('photos', 60, 1, 'cats')`);
  expect(await query(`select tag, tasks, ends > now() as held from taskqueue.queue_leases('photos')`)).toEqual([
    { tag: 'cats', tasks: '1', held: true },
  ]);
  expect(await query(`select tag, free, leased from taskqueue.queue_tags('photos')`)).toEqual([
    { tag: 'cats', free: '1', leased: '1' },
    { tag: 'dogs', free: '1', leased: '0' },
  ]);
});

test('deleted queues are listed until their names are free', async () => {
  await query(`select taskqueue.create_queue('gone')`);
  await query(`select taskqueue.delete_queue('gone')`);
  expect(
    await query(`select queue, free - deleted = interval '7 days' as a_week from taskqueue.deleted_queues()`),
  ).toEqual([{ queue: 'gone', a_week: true }]);
});
