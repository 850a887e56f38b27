// What is kept of attempts: partitions, retention, who sees the answers; and dead tasks that are requeued in batches.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { refusalCode, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
beforeAll(async () => {
  clock = await movableClock(db.pool);
});

const record = (attempt: Record<string, unknown> = {}) =>
  db.pool.query('select taskqueue.record_attempts($1)', [
    JSON.stringify([
      {
        queue: 'default',
        name: 'a',
        attempt: 1,
        status: 500,
        seconds: 0.5,
        reason: 'App Error',
        response: 'why',
        dispatcher: 'here/1',
        ...attempt,
      },
    ]),
  ]);
const sweep = () => db.pool.query('select taskqueue.sweep_attempts()');
const partitions = async () =>
  (
    await rows<{ name: string }>(
      db.pool,
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'taskqueue._attempts'::regclass order by 1`,
    )
  ).map(({ name }) => name.replace('taskqueue._attempts_', ''));
const stored = () => value<number>(db.pool, 'select count(*)::integer from taskqueue._attempts');
const names = async () =>
  (await rows<{ name: string }>(db.pool, 'select name from taskqueue.attempts order by ended')).map(({ name }) => name);

describe('days', () => {
  afterEach(async () => {
    await clock.set('2026-01-01 00:00:00+00');
    await db.pool.query('truncate taskqueue._attempts');
  });

  test('an attempt is kept before there is a partition for it, and in that of its day after', async () => {
    await clock.set('2030-03-01 10:00:00+00');
    await record({ name: 'first' });
    await sweep();
    expect(await partitions()).toEqual(['20300302', '20300303', 'default']); // of today the default partition has rows already
    await record({ name: 'second' });
    await clock.set('2030-03-02 00:00:00+00');
    await record({ name: 'third' });
    expect(await names()).toEqual(['first', 'second', 'third']);
    expect(await value(db.pool, 'select count(*)::integer from taskqueue._attempts_default')).toBe(2);
    expect(await value(db.pool, 'select count(*)::integer from taskqueue._attempts_20300302')).toBe(1);
  });

  test('after seven days a day is dropped whole, and the default partition emptied', async () => {
    await clock.set('2030-05-01 00:00:00+00');
    await record({ name: 'early' });
    await sweep();
    await clock.set('2030-05-02 23:59:59+00');
    await sweep();
    await record({ name: 'late' });
    await clock.set('2030-05-09 23:59:59+00');
    await sweep();
    expect(await stored()).toBe(1);
    await clock.set('2030-05-10 00:00:01+00');
    await sweep();
    expect(await stored()).toBe(0);
    expect(await partitions()).toEqual([
      '20300503',
      '20300504',
      '20300509',
      '20300510',
      '20300511',
      '20300512',
      'default',
    ]);
  });

  test('each queue keeps its own as long as it says; the longest decides when a day is dropped', async () => {
    const [brief, long] = [nextName('brief'), nextName('long')];
    await db.pool.query(
      `select taskqueue.create_queue($1, attempt_retention => '1 hour'),
              taskqueue.create_queue($2, attempt_retention => '10 days')`,
      [brief, long],
    );
    await clock.set('2030-07-01 10:00:00+00');
    await sweep();
    await record({ queue: brief, name: 'brief' });
    await record({ queue: long, name: 'long' });
    expect(await names()).toEqual(['brief', 'long']);
    await clock.set('2030-07-01 11:00:01+00');
    expect(await names()).toEqual(['long']);
    await clock.set('2030-07-03 00:00:00+00');
    await sweep();
    for (const queue of [brief, long]) await db.pool.query('select taskqueue.sweep_queue($1)', [queue]);
    expect(await stored()).toBe(1);
    await clock.set('2030-07-13 00:00:00+00');
    await sweep();
    expect(await stored()).toBe(0);
    await db.pool.query(`select taskqueue.update_queue($1, attempt_retention => '7 days')`, [long]);
  });

  test('waits for nobody: a table that is locked is left to the next time', async () => {
    await clock.set('2030-09-01 00:00:00+00');
    const other = await db.client();
    await other.query(
      'begin; lock table taskqueue._attempts in access share mode; lock table taskqueue._attempts_default in share mode',
    );
    await sweep();
    expect((await partitions()).filter((name) => name.startsWith('203009'))).toEqual([]);
    await other.query('rollback');
    await sweep();
    expect((await partitions()).filter((name) => name.startsWith('203009'))).toHaveLength(3);
  });
});

describe('who sees what', () => {
  test('an operator the answer, a viewer all but that', async () => {
    await record({ name: 'seen' });
    const seen = async (role: 'operator' | 'viewer') =>
      rows(
        await db.asRole(`taskqueue_${role}`),
        `select status, reason, seconds, response, dispatcher from taskqueue.attempts where name = 'seen'`,
      );
    const attempt = { status: 500, reason: 'App Error', seconds: 0.5, response: 'why', dispatcher: 'here/1' };
    expect(await seen('operator')).toEqual([attempt]);
    expect(await seen('viewer')).toEqual([{ ...attempt, response: null }]);
  });

  test('texts are cut to their limits, and attempts of unknown queues dropped', async () => {
    await record({ name: 'long', response: 'ü'.repeat(5000) });
    expect(await value(db.pool, `select length(response) from taskqueue.attempts where name = 'long'`)).toBe(1024);
    await record({ name: 'lost', queue: 'nobody' });
    expect(await value(db.pool, `select count(*)::integer from taskqueue._attempts where name = 'lost'`)).toBe(0);
  });
});

describe('requeue_tasks', () => {
  let queue: string;
  beforeEach(async () => {
    queue = nextName('graves');
    await db.pool.query(
      `select taskqueue.create_queue($1, rate => '500/s', bucket_size => 100, retry => '{"task_retry_limit": 0}')`,
      [queue],
    );
  });

  /** Adds tasks and lets them die. */
  async function die(tasks: object[]): Promise<void> {
    await db.pool.query('select taskqueue.add_tasks($1, $2, transactional => false)', [queue, JSON.stringify(tasks)]);
    await db.pool.query(
      `select f.* from taskqueue.claim_tasks($1, 100) as c, taskqueue.fail_task($1, c.id, c.lease_token, 500, 'App Error', true, false) as f`,
      [queue],
    );
  }
  const requeue = (most?: number) =>
    value(db.pool, `select taskqueue.requeue_tasks($1${most === undefined ? '' : `, ${most}`})`, [queue]);
  const alive = () => value(db.pool, 'select count(*)::integer from taskqueue.tasks where queue = $1', [queue]);

  test('requeues them in batches, under their names, until there are none', async () => {
    await die(Array.from({ length: 50 }, (_, i) => ({ url: `/${i}`, name: `n${i}` })));
    expect([await requeue(), await requeue(), await requeue(), await requeue()]).toEqual(['20', '20', '10', '0']);
    expect(await alive()).toBe(50);
    expect(await value(db.pool, `select count(*)::integer from taskqueue.dead_tasks where queue = $1`, [queue])).toBe(
      0,
    );
    expect(
      await refusalCode(db.pool.query(`select taskqueue.add($1, name => 'n7', transactional => false)`, [queue])),
    ).toBe('TQ010');
  });

  test('leaves one whose name a live task has, and those that have expired', async () => {
    await die([{ name: 'taken' }, { name: 'old' }, {}]);
    await db.pool.query(`update taskqueue._names set expires = taskqueue._now() where name = 'taken'`);
    await db.pool.query(`select taskqueue.add($1, name => 'taken', transactional => false)`, [queue]);
    await db.pool.query(`update taskqueue._dead_tasks set expires = taskqueue._now() where name = 'old'`);
    expect([await requeue(), await requeue()]).toEqual(['1', '0']);
    expect(await alive()).toBe(2);
  });

  test.each([0, 21, -1])('a batch of %i is rejected', async (most) => {
    expect(await refusalCode(requeue(most))).toBe('TQ102');
  });
});
