// explain_task says nothing that contradicts anything else it says, or the view tasks: every state of a queue with every
// state of a task, on a clock that stands where the test puts it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCKS } from '../../../src/schema/locks.ts';
import { movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { row, rows } from '../../support/sql.ts';

const db = useDatabase();
let leader: Awaited<ReturnType<typeof db.client>>;
let advance: (seconds: number) => Promise<unknown>;
beforeAll(async () => {
  const clock = await movableClock(db.pool);
  advance = (seconds) => clock.advance(seconds);
  leader = await db.client();
});
afterAll(() => leader.query('select pg_advisory_unlock_all()'));

type Step = (queue: string) => Promise<unknown>;
const sql = (text: string, ...values: unknown[]) => db.pool.query(text, values);
const nothing: Step = async () => {};

const QUEUES: Record<string, Step> = {
  running: nothing,
  paused: (queue) => sql('select taskqueue.pause_queue($1)', queue),
  'paused for a while': (queue) =>
    sql(`select taskqueue.pause_queue($1, until => taskqueue._now() + interval '1 hour')`, queue),
  disabled: (queue) => sql('update taskqueue._queues set disabled_at = taskqueue._now() where name = $1', queue),
  'at rate 0': (queue) => sql(`select taskqueue.update_queue($1, rate => '0')`, queue),
  'with a bucket of 0': (queue) => sql('select taskqueue.update_queue($1, bucket_size => 0)', queue),
  'held back': (queue) => sql('select taskqueue.record_statistics($1, 0, 0)', queue),
  'full of requests': async (queue) => {
    await sql('select taskqueue.update_queue($1, max_concurrent_requests => 1)', queue);
    await sql(`select taskqueue.add($1, name => 'other', transactional => false)`, queue);
    await sql(`update taskqueue._tasks set due = due - interval '1 day' where name = 'other'`);
    await sql('select taskqueue.claim_tasks($1, 1, 7)', queue);
  },
};
const PULL_QUEUES = ['running', 'paused', 'paused for a while', 'disabled'];

const DISPATCHERS: Record<string, Step> = {
  'no dispatcher': nothing,
  'a dispatcher of other queues': () => leader.query(`select pg_advisory_lock_shared(${LOCKS.dispatcher}, 0)`),
  'a leader': async (queue) => {
    await leader.query(`select pg_advisory_lock_shared(${LOCKS.dispatcher}, 0)`);
    await leader.query(`select pg_advisory_lock(${LOCKS.leader}, id) from taskqueue._queues where name = $1`, [queue]);
  },
};

const add = (queue: string, countdown = 0) =>
  sql(
    `select taskqueue.add($1, name => 'it', payload => 'x', countdown => $2, transactional => false)`,
    queue,
    countdown,
  );
const claim = (queue: string, claimer = 7) => sql('select * from taskqueue.claim_tasks($1, 1, $2)', queue, claimer);
async function failPush(queue: string, status: number, reason: string, error: string | null): Promise<void> {
  await add(queue);
  const [task] = (await claim(queue)).rows;
  await sql(
    `select f.*, taskqueue.record_attempts(jsonb_build_array(jsonb_build_object('queue', $1::text, 'name', 'it',
       'attempt', 1, 'status', $4::int, 'seconds', 1, 'reason', $5::text, 'error', $6::text, 'url', 'http://h:1/x')))
     from taskqueue.fail_task($1, $2, $3, $4, $5, true, false) as f`,
    ...[queue, task.id, task.lease_token, status, reason, error],
  );
}
const lease = async (queue: string, seconds: number) =>
  (await sql('select * from taskqueue.lease_tasks($1, $2)', queue, seconds)).rows[0].lease_token;
async function failPull(queue: string): Promise<void> {
  await add(queue);
  await sql(`select taskqueue.modify_task_lease($1, 'it', $2, 60, 'broken')`, queue, await lease(queue, 30));
}

const PUSH_TASKS: Record<string, Step> = {
  scheduled: (queue) => add(queue, 600),
  due: add,
  'due for long': (queue) => add(queue).then(() => advance(600)),
  'under way': (queue) => add(queue).then(() => claim(queue)),
  'claimed by a dispatcher without a number': (queue) => add(queue).then(() => claim(queue, 0)),
  'with a claim that expired': (queue) =>
    add(queue)
      .then(() => claim(queue))
      .then(() => advance(700)),
  'in back-off': (queue) => failPush(queue, 500, 'App Error', null),
  'in back-off, refused': (queue) => failPush(queue, 0, 'Connection Error', 'connect ECONNREFUSED'),
  'due after a back-off': (queue) => failPush(queue, 403, 'App Error', null).then(() => advance(600)),
  'with an unknown target': (queue) => failPush(queue, 0, 'Unknown Target', 'target "default" is not set'),
  'with an unknown target, due again': (queue) =>
    failPush(queue, 0, 'Unknown Target', 'no signing key of target').then(() => advance(600)),
  'run by hand': (queue) => add(queue, 600).then(() => sql(`select taskqueue.run_task($1, 'it')`, queue)),
};
const PULL_TASKS: Record<string, Step> = {
  scheduled: (queue) => add(queue, 600),
  due: add,
  leased: (queue) => add(queue).then(() => lease(queue, 60)),
  'leased for a moment': (queue) => add(queue).then(() => lease(queue, 1)),
  'with a lease that expired': (queue) =>
    add(queue)
      .then(() => lease(queue, 60))
      .then(() => advance(61)),
  released: async (queue) => {
    await add(queue);
    await sql(`select taskqueue.modify_task_lease($1, 'it', $2, 0)`, queue, await lease(queue, 60));
  },
  'in back-off': failPull,
  'due after a back-off': (queue) => failPull(queue).then(() => advance(61)),
};

/** Where a task stands; exactly one of them is said. */
const STANDS = [
  'dispatched',
  'leased',
  'eta',
  'back_off',
  'due',
  'overdue',
  'tokens',
  'concurrency',
  'slots',
  'run_now',
];
/** Why its queue does nothing. */
const STOPPED = ['disabled', 'paused', 'rate', 'dispatcher'];
const REASON_OF_STATE: Record<string, string> = {
  scheduled: 'eta',
  retrying: 'back_off',
  dispatched: 'dispatched',
  leased: 'leased',
};

async function check(queue: string): Promise<void> {
  const said = await rows<{ reason: string; detail: string; until: Date | null; remedy: string | null }>(
    db.pool,
    `select * from taskqueue.explain_task($1, 'it')`,
    [queue],
  );
  const { state } = await row<{ state: string }>(db.pool, `select state from taskqueue.describe_task($1, 'it')`, [
    queue,
  ]);
  const reasons = said.map(({ reason }) => reason);
  const text = said.map(({ detail }) => detail).join('\n');
  const stands = reasons.filter((reason) => STANDS.includes(reason) && reason !== 'run_now');
  expect([text, stands.length]).toEqual([text, 1]);
  expect([text, new Set(reasons).size]).toEqual([text, reasons.length]);
  const expected = REASON_OF_STATE[state];
  if (expected) expect(stands).toEqual([expected]);
  else expect(['due', 'overdue', 'tokens', 'concurrency', 'slots']).toContain(stands[0]);
  if (reasons.some((reason) => STOPPED.includes(reason))) {
    for (const reason of ['overdue', 'tokens']) expect(reasons).not.toContain(reason);
    if (!reasons.includes('run_now')) expect(text).not.toContain('sends it within moments');
  }
  if (/No dispatcher is connected/.test(text)) expect(text).not.toMatch(/within (moments|seconds)/);
  if (state !== 'dispatched' && state !== 'leased') expect(text).not.toContain('has held it');
  expect(text).not.toMatch(/\s\s|null|: \.|\(\)/);
  for (const { remedy } of said) expect(remedy ?? '').not.toMatch(/null|''/);
}

describe.each(['push', 'pull'])('%s', (mode) => {
  const cases = Object.keys(QUEUES)
    .filter((name) => mode === 'push' || PULL_QUEUES.includes(name))
    .flatMap((state) => Object.keys(DISPATCHERS).map((dispatcher) => [state, dispatcher] as const));

  test.each(cases)('a queue that is %s, with %s', async (state, dispatcher) => {
    for (const [name, step] of Object.entries(mode === 'push' ? PUSH_TASKS : PULL_TASKS)) {
      const queue = nextName('consistent');
      await sql('select taskqueue.create_queue($1, mode => $2)', queue, mode);
      await step(queue);
      await QUEUES[state]?.(queue);
      await leader.query('select pg_advisory_unlock_all()');
      await DISPATCHERS[dispatcher]?.(queue);
      await check(queue).catch((error: Error) => {
        error.message = `${name}: ${error.message}`;
        throw error;
      });
      await sql('select taskqueue.delete_queue($1)', queue);
    }
  });
});
