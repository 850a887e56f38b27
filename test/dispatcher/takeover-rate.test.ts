import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RateLimiter } from '../../src/dispatcher/claiming/rate-limiter.ts';
import { eventually } from '../support/eventually.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

const RATE = 10;
const BURST = 5;
/** One token that is gained while a claim is under way. A second burst would be five. */
const MOST_EXCESS = 1;

/** By how many dispatches the worst window exceeds burst + rate · window. */
function excess(times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(
    ...sorted.flatMap((from, i) => sorted.slice(i).map((to, more) => more + 1 - (BURST + (RATE * (to - from)) / 1000))),
  );
}

/** A dispatcher in a process of its own that leads the queue. */
async function startProcess(): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, 'dispatcher-process.ts');
  const started = spawn(process.execPath, [script, harness.database.url, harness.target.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (started.stdout) await once(started.stdout, 'data');
  return started;
}

/** Records the time of each claim by the database's clock, because the way to the target has a random delay. */
beforeAll(async () => {
  await harness.database.pool.query(`
    create table claims (queue text, at timestamptz);
    create function note_claim() returns trigger language plpgsql security definer as $$
    begin
      insert into public.claims select q.name, taskqueue._leased_at(new.lease_token) from taskqueue._queues as q where q.id = new.queue_id;
      return null;
    end $$;
    create trigger note_claim after update of lease_token on taskqueue._tasks for each row
      when (new.lease_token is distinct from old.lease_token) execute function note_claim()`);
});

/** When the tasks of a queue were claimed, in milliseconds. */
async function claims(queue: string): Promise<number[]> {
  const { rows } = await harness.database.pool.query<{ ms: number }>(
    `select extract(epoch from at)::float8 * 1000 as ms from claims where queue = $1`,
    [queue],
  );
  return rows.map(({ ms }) => ms);
}

test('killed in mid-flow and taken over immediately: never more than the rate and one burst', async () => {
  await harness.createQueue('flow', { rate: `${RATE}/s`, bucket_size: BURST });
  await harness.addMany('flow', 100);
  child = await startProcess();
  await eventually(() => harness.target.requests.length >= 20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const killedAt = harness.target.requests.length;
  await harness.dispatcher().start();
  await eventually(() => harness.target.requests.length >= killedAt + 20);
  expect(excess(await claims('flow'))).toBeLessThanOrEqual(MOST_EXCESS);
});

test('killed right after its first burst: the next leader has no second one', async () => {
  await harness.createQueue('burst', { rate: `${RATE}/s`, bucket_size: BURST });
  child = await startProcess();
  await harness.addMany('burst', 60);
  await eventually(() => harness.target.requests.length >= BURST, { everyMs: 1 });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const killedAt = harness.target.requests.length;
  await harness.dispatcher().start();
  await eventually(() => harness.target.requests.length >= killedAt + 10);
  expect(excess(await claims('burst'))).toBeLessThanOrEqual(MOST_EXCESS);
});

test('handed over and back again: each leader starts with the tokens that the other one left', async () => {
  await harness.createQueue('handed', { rate: `${RATE}/s`, bucket_size: BURST });
  await harness.addMany('handed', 100);
  const first = harness.dispatcher();
  const second = harness.dispatcher();
  await first.start();
  await second.start();
  await eventually(() => harness.target.requests.length >= 10);
  await first.stop();
  await eventually(() => harness.target.requests.length >= 25);
  expect(excess(await claims('handed'))).toBeLessThanOrEqual(MOST_EXCESS);
});

test('a request that has been under way for long counts among the concurrent requests of the next leader', async () => {
  await harness.createQueue('held', { max_concurrent_requests: 1 });
  await harness.addMany('held', 3);
  const { pool } = harness.database;
  await pool.query(`select from taskqueue.claim_tasks('held', 1)`);
  await pool.query(
    `update taskqueue._tasks set lease_token = taskqueue._lease_token(clock_timestamp() - interval '10 s') where lease_token is not null`,
  );
  await pool.query(`select taskqueue.advance_floor('held', taskqueue.clock())`);
  expect((await pool.query(`select from taskqueue._tasks where due > clock_timestamp()`)).rows).toHaveLength(1); // it waits for its lease
  expect(await harness.dispatcher().runOnce()).toMatchObject({ claimed: 0 });
});

describe('the bucket of a new leader', () => {
  const queue = (restedSeconds: number | null) => ({ rate: 2, bucketSize: 5, restedSeconds, enforcedRate: 2 });
  test.each([
    [null, 5],
    [0, 0],
    [-1, 0],
    [1, 2],
    [60, 5],
  ])('rested for %s s: %i tokens', (restedSeconds, tokens) => {
    expect(RateLimiter.rebuilt(queue(restedSeconds), 1000).takeable(1000)).toBe(tokens);
  });
});
