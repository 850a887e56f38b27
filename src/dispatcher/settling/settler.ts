// Records the outcomes of attempts in the database, in batches, with the lease token that proves that the attempt was
// this dispatcher's.
//
// A stale token settles nothing: another dispatcher has the task now. That is a result, not an error: it is counted and
// logged once. If the database is unreachable, settling is retried until the lease expires; after that the result could
// only be stale.

import { TaskQueueError, TransientError } from '../../domain/errors.ts';
import { backoffMs } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { AttemptRecord } from '../../store/outcomes.ts';
import type { ClaimedDispatch, OutcomeStore } from '../database/ports.ts';
import type { Completed, Failed, Outcome } from '../delivery/outcome.ts';
import { attemptRecord } from './attempt-record.ts';

/** How long a lease outlives its attempt's deadline. */
const LEASE_GRACE_MS = 30_000;
const MAX_COMPLETED_PER_CALL = 500;
const MAX_FAILED_AT_ONCE = 500;

/** The result of one settling for a queue. */
export interface Settled {
  queue: string;
  completed: number;
  /** Failed, to be retried later. */
  failed: number;
  /** Failed for good. */
  dead: number;
  /** Not settled, because the lease had expired: another dispatcher has the task, or it will run again. */
  stale: number;
}

/** An attempt whose outcome was recorded. */
export interface EndedAttempt {
  dispatch: ClaimedDispatch;
  outcome: Completed | Failed;
  /** In milliseconds of this process's clock. */
  endedAt: number;
  /**
   * retry: it runs again after its back-off. stale: its lease had expired, or its outcome could not be recorded before.
   */
  result: 'completed' | 'retry' | 'dead' | 'stale';
}

export interface SettlerOptions {
  store: OutcomeStore;
  clock: Clock;
  logger: Logger;
  /** False: a failed attempt is the last one. Default true. */
  retries?: boolean | undefined;
  settled(what: Settled): void;
  ended?(attempt: EndedAttempt): void;
  released?(dispatch: ClaimedDispatch): void;
  databaseFailed?(error: unknown): void;
}

interface ClaimedAttempt {
  dispatch: ClaimedDispatch;
  /** In milliseconds of this process's clock. */
  leaseEnds: number;
}

interface Ended extends ClaimedAttempt {
  outcome: Completed | Failed;
  /** In milliseconds of this process's clock. */
  endedAt: number;
}

/** The outcomes of one queue that wait to be settled. */
interface QueueBatch {
  completed: Ended[];
  failed: (Ended & { outcome: Failed })[];
  unsent: (ClaimedAttempt & { delaySeconds: number })[];
}

export class Settler {
  readonly #options: SettlerOptions;
  readonly #batches = new Map<string, QueueBatch>();
  readonly #settling = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  settle(dispatch: ClaimedDispatch, outcome: Outcome): void {
    const batch = this.#batchOf(dispatch.queue);
    const endedAt = this.#options.clock.now();
    if (outcome.kind === 'completed') batch.completed.push({ ...attemptOf(dispatch), outcome, endedAt });
    else if (outcome.kind === 'unsent') batch.unsent.push({ ...attemptOf(dispatch), ...outcome });
    else batch.failed.push({ ...attemptOf(dispatch), outcome, endedAt });
  }

  /** Releases a task that was claimed and never sent, as if it had not been claimed. */
  release(dispatch: ClaimedDispatch): void {
    this.#batchOf(dispatch.queue).unsent.push({ ...attemptOf(dispatch), delaySeconds: 0 });
  }

  /** Resolves when everything is settled or given up. */
  async idle(): Promise<void> {
    while (this.#settling.size > 0) await Promise.all(this.#settling);
  }

  /** Retries nothing from now on. */
  giveUp(): void {
    this.#ending.abort();
  }

  /** The queue's batch. If there was none, it is settled as soon as all outcomes of this moment have been added. */
  #batchOf(queue: string): QueueBatch {
    const busy = this.#batches.get(queue);
    if (busy) return busy;
    const batch: QueueBatch = { completed: [], failed: [], unsent: [] };
    this.#batches.set(queue, batch);
    const settling = Promise.resolve().then(() => this.#settleBatch(queue, batch));
    this.#settling.add(settling);
    void settling.finally(() => this.#settling.delete(settling));
    return batch;
  }

  async #settleBatch(queue: string, batch: QueueBatch): Promise<void> {
    while (batch.completed.length + batch.failed.length + batch.unsent.length > 0) {
      await this.#complete(queue, batch.completed.splice(0, MAX_COMPLETED_PER_CALL));
      await Promise.all(batch.failed.splice(0, MAX_FAILED_AT_ONCE).map((failure) => this.#fail(queue, failure)));
      await this.#release(queue, batch.unsent.splice(0));
    }
    this.#batches.delete(queue);
  }

  async #complete(queue: string, attempts: Ended[]): Promise<void> {
    if (attempts.length === 0) return;
    const leases = attempts.map(({ dispatch }) => dispatch);
    const kept = attempts.filter(({ dispatch }) => isWorthKeeping(dispatch)).map(recordOf);
    const done = new Set(await this.#persist(attempts, () => this.#options.store.complete(queue, leases, kept)));
    const lost = leases.filter(({ id }) => !done.has(id));
    for (const attempt of attempts) this.#ended(attempt, done.has(attempt.dispatch.id) ? 'completed' : 'stale');
    this.#report({ queue, completed: done.size, stale: lost.length }, lost);
  }

  async #fail(queue: string, attempt: Ended & { outcome: Failed }): Promise<void> {
    const { dispatch, outcome } = attempt;
    const { id, leaseToken } = dispatch;
    const { status, reason, responded, retryAfter, permanent = false } = outcome;
    const last = permanent || this.#options.retries === false;
    const forced = dispatch.forced && !permanent; // a forced run is never the last one
    const failure = { id, leaseToken, forced, status, reason, responded, retryAfter, last };
    const kept = recordOf(attempt);
    const answer = (await this.#persist([attempt], () => this.#options.store.fail(queue, failure, kept))) ?? 'stale';
    this.#ended(attempt, answer);
    if (answer === 'retry') this.#report({ queue, failed: 1 });
    else if (answer === 'dead') this.#report({ queue, dead: 1 });
    else this.#report({ queue, stale: 1 }, [dispatch]);
  }

  async #release(queue: string, attempts: QueueBatch['unsent']): Promise<void> {
    for (const [delaySeconds, together] of Map.groupBy(attempts, (attempt) => attempt.delaySeconds)) {
      const leases = together.map(({ dispatch }) => dispatch);
      await this.#persist(together, () => this.#options.store.release(queue, leases, delaySeconds));
      for (const dispatch of leases) this.#options.released?.(dispatch);
    }
  }

  /** Returns the result of `work`, or undefined if it did not succeed before the leases expired. */
  async #persist<T>(attempts: ClaimedAttempt[], work: () => Promise<T>): Promise<T | undefined> {
    const leaseEnds = Math.max(...attempts.map((attempt) => attempt.leaseEnds));
    for (let failures = 1; ; failures++) {
      try {
        return await work();
      } catch (error) {
        const ms = backoffMs(failures);
        this.#options.databaseFailed?.(error);
        const hopeless = isRefusal(error) || this.#options.clock.now() + ms > leaseEnds || this.#ending.signal.aborted;
        if (hopeless || failures === 1) this.#warn(error, attempts, hopeless);
        if (hopeless) return undefined;
        await this.#options.clock.sleep(ms, this.#ending.signal);
      }
    }
  }

  #warn(error: unknown, attempts: ClaimedAttempt[], hopeless: boolean): void {
    const message = hopeless
      ? 'could not record outcomes; their tasks will run again'
      : 'could not record outcomes; retrying';
    this.#options.logger.warn(message, { error, queue: attempts[0]?.dispatch.queue, attempts: attempts.length });
  }

  #ended({ dispatch, outcome, endedAt }: Ended, result: EndedAttempt['result']): void {
    this.#options.ended?.({ dispatch, outcome, endedAt, result });
  }

  #report(what: Partial<Settled> & { queue: string }, stale: ClaimedDispatch[] = []): void {
    if (stale.length > 0) {
      const tasks = stale.map(({ name }) => name);
      this.#options.logger.info('leases expired before their attempts ended', { queue: what.queue, tasks });
    }
    this.#options.settled({ completed: 0, failed: 0, dead: 0, stale: 0, ...what });
  }
}

function attemptOf(dispatch: ClaimedDispatch): ClaimedAttempt {
  return { dispatch, leaseEnds: dispatch.claimedAt + dispatch.dispatchDeadline * 1000 + LEASE_GRACE_MS };
}

/** Keeps a success that followed a failure; a success at the first attempt needs no explanation. */
function isWorthKeeping({ retryCount }: ClaimedDispatch): boolean {
  return retryCount > 0;
}

function recordOf({ dispatch, outcome, endedAt }: Ended): AttemptRecord {
  return attemptRecord(dispatch, outcome, Math.max(0, endedAt - dispatch.claimedAt) / 1000);
}

/** The database answered with an error of the task queue, such as a queue that is gone: retrying would not help. */
function isRefusal(error: unknown): boolean {
  return error instanceof TaskQueueError && !(error instanceof TransientError) && /^TQ/.test(error.sqlState ?? '');
}
