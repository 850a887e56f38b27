// delete_task_by_eta: the end of a lease, to the microsecond, proves who holds the task.

import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { refusalCode, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let queue: string;

beforeEach(async () => {
  queue = nextName('pull');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
  await db.pool.query(`select taskqueue.add($1, payload => 'x', name => 'report', transactional => false)`, [queue]);
});

/** Returns the end of the lease with all of its digits. */
const lease = (seconds: number) =>
  value<string>(db.pool, 'select l.eta::text from taskqueue.lease_tasks($1, $2) as l', [queue, seconds]);
const remove = (eta: string, name = 'report') =>
  db.pool.query('select taskqueue.delete_task_by_eta($1, $2, $3)', [queue, name, eta]);
const moved = (eta: string, by: string) =>
  value<string>(db.pool, 'select ($1::timestamptz + $2::interval)::text', [eta, by]);

test('deletes the task of a lease, and keeps its name', async () => {
  await remove(await lease(60));
  expect(await rows(db.pool, 'select * from taskqueue.list_tasks($1)', [queue])).toEqual([]);
  const outcome = await value(db.pool, `select outcome from taskqueue.task_outcome($1, 'report')`, [queue]);
  expect(outcome).not.toBeNull();
  const again = db.pool.query(`select taskqueue.add($1, payload => 'x', name => 'report', transactional => false)`, [
    queue,
  ]);
  expect(await refusalCode(again)).toBe('TQ011');
});

test('counts it as completed, and is no administrative act', async () => {
  await db.pool.query(`select taskqueue.update_queue($1, keep_completed => 'all')`, [queue]);
  const before = await value(db.pool, 'select count(*) from taskqueue.audit');
  await remove(await lease(60));
  expect(await value(db.pool, 'select count(*) from taskqueue.audit')).toBe(before);
  const kept = await rows(db.pool, 'select name from taskqueue.completed_tasks where queue = $1', [queue]);
  expect(kept).toEqual([{ name: 'report' }]);
});

test('works while the queue is paused', async () => {
  const eta = await lease(60);
  await db.pool.query('select taskqueue.pause_queue($1)', [queue]);
  await remove(eta);
});

describe('refuses', () => {
  test.each(['1 microsecond', '-1 microsecond', '1 second'])('an end that is %s off', async (by) => {
    expect(await refusalCode(remove(await moved(await lease(60), by)))).toBe('TQ025');
  });

  test('a lease that has expired', async () => {
    await lease(60);
    const ended = await value<string>(
      db.pool,
      `update taskqueue._tasks set leased_until = clock_timestamp() - interval '1 s'
       where queue_id = (select id from taskqueue._queues where name = $1) returning leased_until::text`,
      [queue],
    );
    expect(await refusalCode(remove(ended))).toBe('TQ025');
  });

  test('the end of an earlier lease', async () => {
    const first = await lease(60);
    await db.pool.query(`select taskqueue.modify_task_lease_by_eta($1, 'report', 120, $2)`, [queue, first]);
    expect(await refusalCode(remove(first))).toBe('TQ025');
  });

  test('a task that was never leased, by its due time', async () => {
    const due = await value<string>(db.pool, 'select eta::text from taskqueue.list_tasks($1)', [queue]);
    expect(await refusalCode(remove(due))).toBe('TQ025');
    expect(await refusalCode(remove('-infinity'))).toBe('TQ025');
  });

  test('a task that is not there, and one that was', async () => {
    const eta = await lease(60);
    expect(await refusalCode(remove(eta, 'other'))).toBe('TQ014');
    await remove(eta);
    expect(await refusalCode(remove(eta))).toBe('TQ011');
  });

  test('push queues', async () => {
    queue = 'default';
    expect(await refusalCode(remove('2030-01-01 00:00:00+00'))).toBe('TQ021');
  });
});

test('of two that hold the same proof, one deletes the task', async () => {
  const eta = await lease(60);
  const ends = await Promise.allSettled([remove(eta), remove(eta)]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
