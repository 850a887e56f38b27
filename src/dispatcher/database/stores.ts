// The stores of a dispatcher on a real database, and the connections they share.

import type { Dispatch, LeaseRef } from '../../domain/dispatch.ts';
import { type ConnectionSource, connectionConfig } from '../../postgres/connection-settings.ts';
import type { Executor } from '../../postgres/executor.ts';
import { openDirectPool } from '../../postgres/pools.ts';
import { preparing } from '../../postgres/prepared.ts';
import { GroupCommit } from '../../runtime/group-commit.ts';
import type { Logger } from '../../runtime/logger.ts';
import { requireSchemaOn } from '../../schema/migrate/schema-version.ts';
import { type ActivityNote, recordActivity } from '../../store/activity.ts';
import { allowUrl, listAllowedUrls } from '../../store/allowed-urls.ts';
import { recordBlockers } from '../../store/blockers.ts';
import { claimedTasks } from '../../store/claims.ts';
import { listKeys } from '../../store/keys.ts';
import { listTargets } from '../../store/targets.ts';
import { cleanPurged, notifyDeaths, sweepPartitions, sweepQueues } from '../../store/upkeep.ts';
import { outcomeStore } from '../settling/outcome-store.ts';
import type { OutcomeStore, RoutingStore, UpkeepStore } from './ports.ts';

/** Connections for outcomes that a queue records by itself, and for upkeep. */
const CONNECTIONS = 3;
/** Longest wait for a row lock on the connection that all queues share. */
const LOCK_WAIT_MS = 100;

export interface Stores {
  /** Resolves if this program can run on the database's schema. */
  requireSchema(): Promise<void>;
  outcomes: OutcomeStore;
  upkeep: UpkeepStore;
  routing: RoutingStore;
  /** Reads claimed tasks. */
  claimed(leases: readonly LeaseRef[], forced: boolean): Promise<Dispatch[]>;
  close(): Promise<void>;
}

/**
 * @param number returns the dispatcher's number
 */
export function openStores(database: ConnectionSource, logger: Logger, number: () => number): Stores {
  const config = connectionConfig(database, 'pgtaskqueue settler');
  const pool = openDirectPool(config, CONNECTIONS, logger);
  const hasty = openDirectPool({ ...config, lock_timeout: LOCK_WAIT_MS }, 1, logger);
  return {
    requireSchema: () => requireSchemaOn(pool),
    outcomes: outcomeStore(pool, preparing(hasty)),
    upkeep: upkeepStore(pool, number),
    routing: {
      targets: () => listTargets(pool),
      keys: () => listKeys(pool),
      allowedUrls: () => listAllowedUrls(pool),
      allowUrl: (entry) => allowUrl(pool, entry),
    },
    claimed: (leases, forced) => claimedTasks(pool, leases, forced),
    close: async () => {
      await Promise.all([pool.end(), hasty.end()]);
    },
  };
}

function upkeepStore(executor: Executor, number: () => number): UpkeepStore {
  const activity = new GroupCommit(async (notes: ActivityNote[]) => {
    await recordActivity(executor, notes);
    return notes.map(() => undefined);
  });
  return {
    recordActivity: (note) => activity.ask(note),
    recordHistograms: (notes) => recordActivity(executor, notes),
    recordBlockers: (entries) => recordBlockers(executor, entries, number()),
    sweep: (queues) => sweepQueues(executor, queues),
    sweepPartitions: () => sweepPartitions(executor),
    notifyDeaths: (most) => notifyDeaths(executor, most),
    cleanPurged: (queue) => cleanPurged(executor, queue),
  };
}
