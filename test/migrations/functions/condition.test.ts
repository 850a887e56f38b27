// How the view queues says in one word how a queue is.
import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { value } from '../../support/sql.ts';

const db = useDatabase();
let leader: Awaited<ReturnType<typeof db.client>>;
beforeAll(async () => {
  leader = await db.asRole('taskqueue_dispatcher');
});

/** A push queue that a session leads, after what the note says happened in it. */
async function aQueue(note: Record<string, number> = {}): Promise<string> {
  const queue = nextName('queue');
  await db.pool.query(`select taskqueue.create_queue($1, rate => '10/s')`, [queue]);
  const id = await value(db.pool, 'select id from taskqueue._queues where name = $1', [queue]);
  const lock = await value(db.pool, `select taskqueue._lock_class('leader')`);
  await leader.query('select pg_advisory_lock($1::integer, $2::integer)', [lock, id]);
  await db.pool.query('select taskqueue.record_activity($1)', [JSON.stringify([{ queue, ...note }])]);
  return queue;
}

const conditionOf = (queue: string) =>
  value(db.pool, 'select condition from taskqueue.queues where name = $1', [queue]);

/** A task whose attempt failed for this reason, and that waits for its back-off. */
async function failOne(queue: string, reason: string): Promise<void> {
  await db.pool.query('select taskqueue.add($1)', [queue]);
  await db.pool.query(
    `select f.* from taskqueue.claim_tasks($1, 1) as c,
       taskqueue.fail_task($1, c.id, c.lease_token, 500, $2, true, false, 60) as f`,
    [queue, reason],
  );
}

test.each([
  ['running', {}],
  ['running', { succeeded: 6, server_error: 5 }],
  ['running', { succeeded: 1, server_error: 3 }],
  ['failing', { succeeded: 1, server_error: 4 }],
  ['failing', { server_error: 1 }],
  ['failing', { no_answer: 2, client_error: 2, throttled: 1, other_status: 1, succeeded: 5 }],
  ['no target', { unknown_target: 3, succeeded: 2 }],
  ['lowered', { succeeded: 10, enforced: 5 }],
  ['failing', { server_error: 10, enforced: 5 }],
])('%s after %o', async (condition, note) => {
  expect(await conditionOf(await aQueue(note))).toBe(condition);
});

test('backing off while all that would be due waits, and not while a task is due or runs', async () => {
  const queue = await aQueue();
  await db.pool.query('select taskqueue.add($1, countdown => 3600)', [queue]);
  expect(await conditionOf(queue)).toBe('running');
  await failOne(queue, 'App Error');
  expect(await conditionOf(queue)).toBe('backing off');
  await db.pool.query('select taskqueue.add($1)', [queue]);
  expect(await conditionOf(queue)).toBe('running');
  await db.pool.query('select taskqueue.claim_tasks($1, 1)', [queue]);
  expect(await conditionOf(queue)).toBe('running');
});

test('no target while the tasks that wait had none', async () => {
  const queue = await aQueue();
  await failOne(queue, 'Unknown Target');
  expect(await conditionOf(queue)).toBe('no target');
});

test('paused before all else, no dispatcher before what happened', async () => {
  const queue = await aQueue({ server_error: 10 });
  await db.pool.query('select taskqueue.pause_queue($1)', [queue]);
  expect(await conditionOf(queue)).toBe('paused');
  const left = nextName('queue');
  await db.pool.query(`select taskqueue.create_queue($1)`, [left]);
  await db.pool.query('select taskqueue.record_activity($1)', [JSON.stringify([{ queue: left, server_error: 9 }])]);
  expect(await conditionOf(left)).toBe('no dispatcher');
});
