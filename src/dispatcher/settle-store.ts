// Settling and upkeep on a real database.
//
// Successes of all queues are settled together on a connection of their own, one statement at a time: who ends while it is under way goes with the next.
// Nobody's row lock may hold up all queues, so that connection waits for none for long: what it could not settle, each queue settles by itself.

import type pg from 'pg';
import { connectionConfig, type Database } from '../runtime/connection.ts';
import type { Logger } from '../runtime/logger.ts';
import { openPool } from '../runtime/pool.ts';
import { Together } from '../runtime/together.ts';
import type { Completion } from '../sql/completions.ts';
import {
  cleanPurged,
  completeTasks,
  failTask,
  type Note,
  recordStatistics,
  releaseTasks,
  sweepQueues,
} from '../store/dispatches.ts';
import { listKeys } from '../store/keys.ts';
import { listTargets } from '../store/targets.ts';
import type { SettleStore } from './effects.ts';

/** Connections for what is settled queue by queue, and for upkeep. */
const CONNECTIONS = 3;
const MOST_LOCK_WAIT_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

export function settleStore(database: Database, logger: Logger): SettleStore {
  const config = connectionConfig(database, 'pgtaskqueue settler');
  const pool = openPool(config, CONNECTIONS, logger);
  const hasty = openPool({ ...config, lock_timeout: MOST_LOCK_WAIT_MS }, 1, logger);
  const completions = new Together((asked: Completion[]) => completeTogether(hasty, asked));
  const notes = new Together(async (ended: Note[]) => {
    await recordStatistics(pool, ended);
    return ended.map(() => undefined);
  });
  return {
    complete: (queue, leases) =>
      completions.ask({ queue, leases }).catch((error) => {
        if (!isLocked(error)) throw error;
        return completeTasks(pool, [{ queue, leases }]);
      }),
    fail: async (queue, failure) => (await failTask(pool, queue, failure)).outcome,
    release: (queue, leases, delaySeconds) => releaseTasks(pool, queue, leases, delaySeconds),
    recordStatistics: (queue, executed, enforcedRate) => notes.ask({ queue, executed, enforcedRate }),
    sweep: (queues) => sweepQueues(pool, queues),
    cleanPurged: (queue) => cleanPurged(pool, queue),
    targets: () => listTargets(pool),
    keys: () => listKeys(pool),
    close: async () => {
      await Promise.all([pool.end(), hasty.end()]);
    },
  };
}

/** For each of the asks, the ids that were completed. */
async function completeTogether(pool: pg.Pool, asked: Completion[]): Promise<string[][]> {
  const done = new Set(await completeTasks(pool, asked));
  return asked.map(({ leases }) => leases.map(({ id }) => id).filter((id) => done.has(id)));
}

function isLocked(error: unknown): boolean {
  const { sqlState } = error as { sqlState?: string };
  return sqlState === LOCK_NOT_AVAILABLE || sqlState === DEADLOCK;
}
