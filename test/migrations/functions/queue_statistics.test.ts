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
    succeeded_last_minute: '0',
    failed_last_minute: '0',
    dead_last_minute: '0',
    due: '1',
    scheduled: '100',
    oldest_due: expect.any(Date),
    condition: 'no dispatcher',
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
    condition: 'running',
    succeededLastMinute: 0,
    failedLastMinute: 0,
    deadLastMinute: 0,
    due: 0,
    scheduled: 0,
    oldestDue: null,
  });
});
