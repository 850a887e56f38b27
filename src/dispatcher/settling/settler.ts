// Tells the database what became of each attempt, in batches, with the lease token that proves the attempt was ours.
//
// A stale token settles nothing: another dispatcher has the task now. That is an answer, not an error: it is counted, logged once, and let
// go. A database that is away is tried again until the lease is over, for after that the answer could only be stale.

import { backoffMs } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { AttemptRecord } from '../../store/outcomes.ts';
import type { ClaimedDispatch, OutcomeStore } from '../database/ports.ts';
import type { Completed, Failed, Outcome } from '../delivery/outcome.ts';
import { attemptRecord } from './attempt-record.ts';

/** How long a lease outlives the attempt's deadline. */
const LEASE_GRACE_MS = 30_000;
const MAX_COMPLETED_PER_CALL = 500;
const MAX_FAILED_AT_ONCE = 500;

/** What one settling did to a queue. */
export interface Settled {
  queue: string;
  completed: number;
  /** Failed, and run again later. */
  failed: number;
  /** Failed for good. */
  dead: number;
  /** Settled nothing: the lease was over, and the task is someone else's or will run again. */
  stale: number;
}

export interface SettlerOptions {
  store: OutcomeStore;
  clock: Clock;
  logger: Logger;
  /** False: a failed attempt is the last one. Default true. */
  retries?: boolean | undefined;
  settled(what: Settled): void;
}

interface ClaimedAttempt {
  dispatch: ClaimedDispatch;
  /** By this process's clock, in milliseconds. */
  leaseEnds: number;
}

interface Ended extends ClaimedAttempt {
  outcome: Completed | Failed;
  /** As above. */
  endedAt: number;
}

/** What waits to be settled for one queue. */
interface Lane {
  completed: Ended[];
  failed: (Ended & { outcome: Failed })[];
  unsent: (ClaimedAttempt & { delaySeconds: number })[];
}

export class Settler {
  readonly #options: SettlerOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #emptying = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  settle(dispatch: ClaimedDispatch, outcome: Outcome): void {
    const lane = this.#lane(dispatch.queue);
    const endedAt = this.#options.clock.now();
    if (outcome.kind === 'completed') lane.completed.push({ ...attemptOf(dispatch), outcome, endedAt });
    else if (outcome.kind === 'unsent') lane.unsent.push({ ...attemptOf(dispatch), ...outcome });
    else lane.failed.push({ ...attemptOf(dispatch), outcome, endedAt });
  }

  /** For a task that was claimed and never sent: as if it had not been claimed. */
  release(dispatch: ClaimedDispatch): void {
    this.#lane(dispatch.queue).unsent.push({ ...attemptOf(dispatch), delaySeconds: 0 });
  }

  /** Resolves when everything is settled, or given up. */
  async idle(): Promise<void> {
    while (this.#emptying.size > 0) await Promise.all(this.#emptying);
  }

  /** Tries nothing again that fails from now on. */
  giveUp(): void {
    this.#ending.abort();
  }

  /** The queue's lane; if it was idle, it is emptied as soon as the caller and its like have put in what they have. */
  #lane(queue: string): Lane {
    const busy = this.#lanes.get(queue);
    if (busy) return busy;
    const lane: Lane = { completed: [], failed: [], unsent: [] };
    this.#lanes.set(queue, lane);
    const emptying = Promise.resolve().then(() => this.#empty(queue, lane));
    this.#emptying.add(emptying);
    void emptying.finally(() => this.#emptying.delete(emptying));
    return lane;
  }

  async #empty(queue: string, lane: Lane): Promise<void> {
    while (lane.completed.length + lane.failed.length + lane.unsent.length > 0) {
      await this.#complete(queue, lane.completed.splice(0, MAX_COMPLETED_PER_CALL));
      await Promise.all(lane.failed.splice(0, MAX_FAILED_AT_ONCE).map((failure) => this.#fail(queue, failure)));
      await this.#release(queue, lane.unsent.splice(0));
    }
    this.#lanes.delete(queue);
  }

  async #complete(queue: string, attempts: Ended[]): Promise<void> {
    if (attempts.length === 0) return;
    const leases = attempts.map(({ dispatch }) => dispatch);
    const kept = attempts.filter(({ dispatch }) => isWorthKeeping(dispatch)).map(recordOf);
    const done = new Set(await this.#persist(attempts, () => this.#options.store.complete(queue, leases, kept)));
    const lost = leases.filter(({ id }) => !done.has(id));
    this.#report({ queue, completed: done.size, stale: lost.length }, lost);
  }

  async #fail(queue: string, attempt: Ended & { outcome: Failed }): Promise<void> {
    const { dispatch, outcome } = attempt;
    const { id, leaseToken, forced } = dispatch;
    const { status, reason, responded, retryAfter } = outcome;
    const last = this.#options.retries === false;
    const failure = { id, leaseToken, forced, status, reason, responded, retryAfter, last };
    const kept = recordOf(attempt);
    const answer = (await this.#persist([attempt], () => this.#options.store.fail(queue, failure, kept))) ?? 'stale';
    if (answer === 'retry') this.#report({ queue, failed: 1 });
    else if (answer === 'dead') this.#report({ queue, dead: 1 });
    else this.#report({ queue, stale: 1 }, [dispatch]);
  }

  async #release(queue: string, attempts: Lane['unsent']): Promise<void> {
    for (const [delaySeconds, together] of Map.groupBy(attempts, (attempt) => attempt.delaySeconds)) {
      const leases = together.map(({ dispatch }) => dispatch);
      await this.#persist(together, () => this.#options.store.release(queue, leases, delaySeconds));
    }
  }

  /** What `work` returns, or undefined when there was no settling these before their leases were over. */
  async #persist<T>(attempts: ClaimedAttempt[], work: () => Promise<T>): Promise<T | undefined> {
    const leaseEnds = Math.max(...attempts.map((attempt) => attempt.leaseEnds));
    for (let failures = 1; ; failures++) {
      try {
        return await work();
      } catch (error) {
        const ms = backoffMs(failures);
        const hopeless = isRefusal(error) || this.#options.clock.now() + ms > leaseEnds || this.#ending.signal.aborted;
        if (hopeless || failures === 1) this.#complain(error, attempts, hopeless);
        if (hopeless) return undefined;
        await this.#options.clock.sleep(ms, this.#ending.signal);
      }
    }
  }

  #complain(error: unknown, attempts: ClaimedAttempt[], hopeless: boolean): void {
    const message = hopeless ? 'attempts could not be settled, their tasks run again' : 'settling failed, trying again';
    this.#options.logger.warn(message, { error, queue: attempts[0]?.dispatch.queue, attempts: attempts.length });
  }

  #report(what: Partial<Settled> & { queue: string }, stale: ClaimedDispatch[] = []): void {
    if (stale.length > 0) {
      const tasks = stale.map(({ name }) => name);
      this.#options.logger.info('leases were over before their attempts ended', { queue: what.queue, tasks });
    }
    this.#options.settled({ completed: 0, failed: 0, dead: 0, stale: 0, ...what });
  }
}

function attemptOf(dispatch: ClaimedDispatch): ClaimedAttempt {
  return { dispatch, leaseEnds: dispatch.claimedAt + dispatch.dispatchDeadline * 1000 + LEASE_GRACE_MS };
}

/** A success that came after a failure; of those that came at once there is nothing to explain. */
function isWorthKeeping({ retryCount }: ClaimedDispatch): boolean {
  return retryCount > 0;
}

function recordOf({ dispatch, outcome, endedAt }: Ended): AttemptRecord {
  return attemptRecord(dispatch, outcome, Math.max(0, endedAt - dispatch.claimedAt) / 1000);
}

/** The database understood and said no (the queue is gone): asking again changes nothing. */
function isRefusal(error: unknown): boolean {
  return (error as { sqlState?: string }).sqlState?.startsWith('TQ') ?? false;
}
