// Settling and upkeep on a real database.
//
// Successes of all queues are settled together on a connection of their own, one statement at a time: who ends while it is under way goes with the next.
// So are failures, whose attempts are kept by the same statement; and successes after a failure. Nobody's row lock may hold up all queues, so that connection waits for none for long: what it could not settle, each queue settles by itself.

import type pg from 'pg';
import type { Dispatch, FailedTask, LeaseRef } from '../../domain/dispatch.ts';
import { connectionConfig, type Database } from '../../postgres/connection-settings.ts';
import { openDirectPool } from '../../postgres/direct-pool.ts';
import type { Executor } from '../../postgres/executor.ts';
import { prepared } from '../../postgres/prepared.ts';
import { Together } from '../../runtime/group-commit.ts';
import type { Logger } from '../../runtime/logger.ts';
import { allowUrl, listAllowedUrls } from '../../store/allowed-urls.ts';
import type { AttemptRecord, FailureRecord } from '../../store/attempt-statements.ts';
import type { Completion } from '../../store/completions.ts';
import {
  claimedTasks,
  cleanPurged,
  completeTasks,
  failTasks,
  type Note,
  recordStatistics,
  releaseTasks,
  sweepAttempts,
  sweepQueues,
} from '../../store/dispatches.ts';
import { noteHindrances } from '../../store/hindrances.ts';
import { listKeys } from '../../store/keys.ts';
import { listTargets } from '../../store/targets.ts';
import type { SettleStore } from '../database/ports.ts';

/** Connections for what is settled queue by queue, and for upkeep. */
const CONNECTIONS = 3;
const MOST_LOCK_WAIT_MS = 100;
/** Between the beginnings of two statements that settle successes: each costs as much as those of a few dozen tasks. */
const SETTLE_PAUSE_MS = 8;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

interface AskedCompletion extends Completion {
  attempts: AttemptRecord[];
}

interface AskedFailure {
  failure: FailureRecord;
  attempt: AttemptRecord;
}

/** What works beside the claiming session. */
export interface Beside {
  store: SettleStore;
  /** Reads tasks that are claimed. */
  claimed(leases: readonly LeaseRef[], forced: boolean): Promise<Dispatch[]>;
}

/**
 * @param attemptDays how long attempts are kept
 * @param number the dispatcher's
 */
export function settleStore(database: Database, logger: Logger, attemptDays: number, number: () => number): Beside {
  const config = connectionConfig(database, 'pgtaskqueue settler');
  const pool = openDirectPool(config, CONNECTIONS, logger);
  const hasty = openDirectPool({ ...config, lock_timeout: MOST_LOCK_WAIT_MS }, 1, logger);
  const preparing: Executor = { query: (text, values) => hasty.query(prepared(text, values)) };
  const completions = new Together((asked: AskedCompletion[]) => completeTogether(preparing, asked), SETTLE_PAUSE_MS);
  const failures = new Together((asked: AskedFailure[]) => failTogether(hasty, asked));
  const notes = new Together(async (ended: Note[]) => {
    await recordStatistics(pool, ended);
    return ended.map(() => undefined);
  });
  const store: SettleStore = {
    complete: (queue, leases, attempts) =>
      completions.ask({ queue, leases, attempts }).catch(async (error) => {
        if (!isLocked(error)) throw error;
        const [done = []] = await completeTasks(pool, [{ queue, leases }], attempts);
        return done;
      }),
    fail: (queue, report, attempt) => {
      const asked = { failure: { queue, ...report }, attempt };
      return failures.ask(asked).catch(async (error) => {
        if (!isLocked(error)) throw error;
        const [outcome = 'stale'] = await failTogether(pool, [asked]);
        return outcome;
      });
    },
    release: (queue, leases, delaySeconds) => releaseTasks(pool, queue, leases, delaySeconds),
    recordStatistics: (queue, executed, enforcedRate) => notes.ask({ queue, executed, enforcedRate }),
    noteHindrances: (notes) => noteHindrances(pool, notes, number()),
    sweep: (queues) => sweepQueues(pool, queues),
    sweepAttempts: () => sweepAttempts(pool, attemptDays),
    cleanPurged: (queue) => cleanPurged(pool, queue),
    targets: () => listTargets(pool),
    keys: () => listKeys(pool),
    allowedUrls: () => listAllowedUrls(pool),
    allowUrl: (entry) => allowUrl(pool, entry),
    close: async () => {
      await Promise.all([pool.end(), hasty.end()]);
    },
  };
  return { store, claimed: (leases, forced) => claimedTasks(pool, leases, forced) };
}

/** For each of the asks, the ids that were completed. */
function completeTogether(executor: Executor, asked: AskedCompletion[]): Promise<string[][]> {
  return completeTasks(
    executor,
    asked,
    asked.flatMap(({ attempts }) => attempts),
  );
}

/** What became of each of them. */
function failTogether(pool: pg.Pool, asked: AskedFailure[]): Promise<FailedTask['outcome'][]> {
  return failTasks(
    pool,
    asked.map(({ failure }) => failure),
    asked.map(({ attempt }) => attempt),
  );
}

function isLocked(error: unknown): boolean {
  const { sqlState } = error as { sqlState?: string };
  return sqlState === LOCK_NOT_AVAILABLE || sqlState === DEADLOCK;
}
