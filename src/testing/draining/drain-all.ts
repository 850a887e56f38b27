// The loop of a drain: passes until one starts nothing; then, if the clock may be moved, on to the next due time.

import { QueueHandle } from '../../client/queue-handle.ts';
import { Dispatcher } from '../../dispatcher/dispatcher.ts';
import { requireDuration } from '../../domain/duration.ts';
import { requireKnownKeys } from '../../domain/known-keys.ts';
import { kindOf } from '../../domain/text.ts';
import type { Prover } from '../../proving/prover.ts';
import { PullWorker } from '../../worker/pull-worker.ts';
import { ownerOf, type TestClock } from '../clock/test-clock.ts';
import { type Drained, Tally } from './drained.ts';
import { nextDue } from './due-times.ts';
import type { DrainOptions, DrainQueueOptions } from './options.ts';
import { runOfQueue } from './queue-run.ts';
import type { Run } from './run.ts';
import { runOfDispatcher, runOfWorker } from './runs.ts';

const MOST_PASSES = 1_000;
const MOST_MOVES = 1_000;
/** A task that has failed so often never succeeds. */
const MOST_ATTEMPTS = 100;
const KNOWN = ['clock', 'until', 'for'];

export async function drainAll(
  what: unknown,
  options: DrainOptions | DrainQueueOptions,
  prover?: Prover,
): Promise<Drained> {
  const tally = new Tally();
  const runs = await runsOf(what, options, tally, prover);
  try {
    const span = readSpan(options);
    const through = () => runThrough(runs, tally, span);
    await (span ? ownerOf(span.clock).hold(through) : through());
    return tally.result;
  } finally {
    for (const run of runs) await run.close?.();
  }
}

async function runsOf(
  what: unknown,
  options: DrainOptions | DrainQueueOptions,
  tally: Tally,
  prover: Prover | undefined,
): Promise<Run[]> {
  if (what instanceof QueueHandle) {
    requireKnownKeys(options, [...KNOWN, 'handler', 'signingKeys', 'transaction'], 'the options of drain');
    return [await runOfQueue(what, { ...(options as DrainQueueOptions), prover }, tally)];
  }
  requireKnownKeys(options, KNOWN, 'the options of drain', {
    handler: 'a dispatcher or worker has its own; it is for drain(queue, { handler })',
    transaction: 'it is for drain(queue, { handler, transaction })',
  });
  const list: unknown[] = Array.isArray(what) ? what : [what];
  return list.map((each) => {
    if (each instanceof Dispatcher) return runOfDispatcher(each, tally);
    if (each instanceof PullWorker) return runOfWorker(each, tally);
    throw new TypeError(`drain takes dispatchers and workers, or a queue and { handler }, got ${kindOf(each)}`);
  });
}

/** How far the clock is moved. */
type Span = { clock: TestClock; end: number } | undefined;

function readSpan({ clock, until, for: duration }: DrainOptions): Span {
  if (until !== undefined && until !== 'empty') throw new TypeError(`until must be 'empty', got ${shown(until)}`);
  if (until !== undefined && duration !== undefined) throw new TypeError(`drain takes either until: 'empty' or for`);
  if (until === undefined && duration === undefined) return undefined;
  if (clock === undefined) throw new TypeError(`to go on in time, drain needs the clock: drain(…, { clock, … })`);
  return { clock, end: duration === undefined ? Infinity : clock.now() + requireDuration(duration, 'for') * 1000 };
}

async function runThrough(runs: readonly Run[], tally: Tally, span: Span): Promise<void> {
  for (let moves = 0; ; moves++) {
    await runDue(runs, tally);
    if (!span) return;
    const { clock, end } = span;
    const next = await nextMoment(runs, span);
    if (next === undefined) return end === Infinity ? undefined : clock.set(Math.max(end, clock.now()));
    if (end === Infinity && moves === MOST_MOVES)
      throw new Error(`tasks are still left after moving the clock ${MOST_MOVES} times${tally.lastFailures}`);
    if (end === Infinity && tally.hasFailedOften(MOST_ATTEMPTS))
      throw new Error(`a task has failed ${MOST_ATTEMPTS} times and will be retried${tally.lastFailures}`);
    await clock.set(next);
  }
}

async function runDue(runs: readonly Run[], tally: Tally): Promise<void> {
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    let started = 0;
    for (const run of runs) started += await run.pass();
    requireOwnQueues(runs);
    if (started === 0) return;
  }
  throw new Error(`tasks are still due after ${MOST_PASSES} passes${tally.lastFailures}`);
}

function requireOwnQueues(runs: readonly Run[]): void {
  const own = new Set(runs.flatMap((run) => run.queues()));
  const [first, ...others] = runs.flatMap((run) => run.ledElsewhere?.() ?? []).filter((queue) => !own.has(queue));
  if (first === undefined) return;
  const all = others.length === 0 ? `queue ${first}` : `queue ${first} and ${others.length} more`;
  throw new Error(
    `cannot drain ${all}: another dispatcher of this database leads it; stop that one, or use a database of your own`,
  );
}

/** When the next task falls due, a token is there, or a cron job runs; undefined: not within the span. */
async function nextMoment(runs: readonly Run[], { clock, end }: NonNullable<Span>): Promise<number | undefined> {
  const queues = runs.flatMap((run) => run.queues());
  const now = clock.now();
  const due = await nextDue(clock, queues, end);
  const waits = due.isDue ? runs.flatMap((run) => run.msToToken?.() ?? []) : [];
  const moments = [...waits.map((ms) => now + Math.max(1, Math.ceil(ms))), ...due.moments];
  const next = Math.min(...moments.filter((moment) => moment > now));
  return next <= end && next !== Infinity ? next : undefined;
}

const shown = (value: unknown) => JSON.stringify(value) ?? kindOf(value);
