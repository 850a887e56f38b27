// App Engine's QueueStatistics, field by field.
import { beforeAll, expect, test } from 'vitest';
import { TaskQueues } from '../../../src/index.ts';
import { useDatabase } from '../../support/db.ts';
import { refusalCode, row, rows } from '../../support/sql.ts';

const db = useDatabase();
const addHundred = () =>
  db.pool.query(
    `select from taskqueue.add_tasks('mail', (select jsonb_agg('{"countdown": 3600}'::jsonb) from generate_series(1, 100)), transactional => false)`,
  );

beforeAll(async () => {
  await db.pool.query(
    `select taskqueue.create_queue('mail', rate => '5/s'), taskqueue.create_queue('pull', mode => 'pull')`,
  );
});

test('counts exactly far beyond what the list does', async () => {
  for (let i = 0; i < 3; i++) await addHundred();
  await db.pool.query(`select taskqueue.add('mail', eta => '2001-01-01T00:00:00Z')`);
  expect(await row(db.pool, `select * from taskqueue.queue_statistics('mail')`)).toEqual({
    queue: 'mail',
    tasks: '301',
    oldest_eta: expect.any(Date),
    executed_last_minute: '0',
    executed_last_hour: '0',
    in_flight: '0',
    enforced_rate: 5,
  });
});

test('counts what runs and what ran', async () => {
  await db.pool.query(`select taskqueue.claim_tasks('mail', 1)`);
  await db.pool.query(`select taskqueue.record_statistics('mail', 7)`);
  expect(await row(db.pool, `select * from taskqueue.queue_statistics('mail')`)).toMatchObject({
    in_flight: '1',
    executed_last_minute: '7',
    executed_last_hour: '7',
  });
  expect(await rows(db.pool, `select queue, executed from taskqueue.statistics`)).toEqual([
    { queue: 'mail', executed: '7' },
  ]);
});

test('a pull queue has leases, and neither requests nor a rate', async () => {
  await db.pool.query(`select taskqueue.add('pull', payload => 'x')`);
  await db.pool.query(`select taskqueue.lease_tasks('pull', 60)`);
  expect(await row(db.pool, `select * from taskqueue.queue_statistics('pull')`)).toMatchObject({
    tasks: '1',
    executed_last_minute: '1',
    in_flight: null,
    enforced_rate: null,
  });
});

test('all queues, by name', async () => {
  expect(
    (await rows<{ queue: string }>(db.pool, 'select queue from taskqueue.queue_statistics()')).map(
      ({ queue }) => queue,
    ),
  ).toEqual(['default', 'mail', 'pull']);
});

test('a queue that is not there is an empty one', async () => {
  expect(await row(db.pool, `select * from taskqueue.queue_statistics('none')`)).toMatchObject({
    queue: 'none',
    tasks: '0',
    oldest_eta: null,
  });
  expect(await refusalCode(db.pool.query(`select taskqueue.queue_statistics('no name')`))).toBe('TQ006');
});

test('in TypeScript', async () => {
  const queues = new TaskQueues({ database: db.pool });
  expect(await queues.queue('pull').fetchStatistics()).toEqual({
    queue: 'pull',
    tasks: 1,
    oldestEta: expect.any(Date),
    executedLastMinute: 1,
    executedLastHour: 1,
    inFlight: null,
    enforcedRate: null,
  });
});

test('after an hour statistics are added up by the hour, and go after 35 days', async () => {
  await db.pool.query(`select taskqueue.create_queue('busy'), taskqueue.create_queue('other')`);
  await db.pool.query(
    `insert into taskqueue._statistics (queue_id, at, executed)
     select q.id, date_trunc('hour', now()) - h * interval '1 hour' + m * interval '1 minute', 1
     from taskqueue._queues as q, generate_series(2, 3) as h, generate_series(1, 30) as m where q.name in ('busy', 'other')`,
  );
  await db.pool.query(
    `insert into taskqueue._hourly_statistics select id, now() - interval '36 days', 1 from taskqueue._queues where name = 'busy'`,
  );
  await db.pool.query(`select taskqueue.record_statistics('busy', 1)`);
  await db.pool.query(`select taskqueue.sweep_queue('busy')`);
  await db.pool.query(`select taskqueue.sweep_queue('busy')`); // and what is added up is not added again
  expect(
    await rows(
      db.pool,
      `select queue, executed, (extract(epoch from date_trunc('hour', now()) - hour) / 3600)::int as ago from taskqueue.hourly_statistics order by hour`,
    ),
  ).toEqual([
    { queue: 'busy', executed: '30', ago: 3 },
    { queue: 'busy', executed: '30', ago: 2 },
  ]);
  expect(await rows(db.pool, `select hour from taskqueue._hourly_statistics`)).toHaveLength(2);
  expect(await row(db.pool, `select executed_last_hour from taskqueue.queue_statistics('busy')`)).toEqual({
    executed_last_hour: '1',
  });
});
