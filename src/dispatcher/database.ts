// The dispatcher's effects on a real database: a session that claims, and a small pool that settles.

import type { Clock } from '../runtime/clock.ts';
import { connectionConfig, type Database } from '../runtime/connection.ts';
import type { Logger } from '../runtime/logger.ts';
import { openPool } from '../runtime/pool.ts';
import { Session } from '../runtime/session.ts';
import {
  claimForcedTasks,
  claimTasks,
  cleanPurged,
  completeTasks,
  dispatcherQueues,
  failTask,
  recordStatistics,
  releaseTasks,
  sweepQueues,
} from '../store/dispatches.ts';
import { holdBells, letGoOfBells, msToDue } from '../store/doorbells.ts';
import { advance, horizon, raise, witnesses } from '../store/floors.ts';
import { abdicate, announce, company, lead } from '../store/leaderships.ts';
import { listTargets } from '../store/targets.ts';
import type { ClaimedDispatch, ClaimSession, DispatcherEffects, SettleStore } from './effects.ts';
import type { FloorSession } from './floor-tick.ts';

/** Connections for settling. Each settles a batch at a time, so that a few keep up with many handlers. */
const SETTLING_CONNECTIONS = 4;

type Claim = typeof claimTasks;

export function databaseEffects(database: Database, clock: Clock, logger: Logger): DispatcherEffects {
  return {
    open: (lost) => openSession(database, clock, logger, lost),
    openKeeper: (lost) => openKeeper(database, lost),
    store: settleStore(database, logger),
  };
}

async function openSession(
  database: Database,
  clock: Clock,
  logger: Logger,
  lost: (reason: unknown) => void,
): Promise<ClaimSession> {
  const session = await Session.open(connectionConfig(database, 'pgtaskqueue dispatcher'), lost);
  await announce(session).catch(async (error) => {
    await session.close();
    throw error;
  });
  return {
    queues: () => dispatcherQueues(session),
    company: () => company(session),
    lead: (queueIds, most) => lead(session, queueIds, most),
    abdicate: (queueId) => abdicate(session, queueId),
    claim: (queue, maxTasks) => claimCleanly(claimTasks, session, clock, logger, queue, maxTasks),
    claimForced: (queue, maxTasks) => claimCleanly(claimForcedTasks, session, clock, logger, queue, maxTasks),
    msToDue: (queues) => msToDue(session, queues),
    holdBells: (queueIds) => holdBells(session, queueIds),
    letGoOfBells: (queueIds) => letGoOfBells(session, queueIds),
    close: () => session.close(),
  };
}

async function openKeeper(database: Database, lost: (reason: unknown) => void): Promise<FloorSession> {
  const session = await Session.open(connectionConfig(database, 'pgtaskqueue keeper'), lost);
  return {
    horizon: () => horizon(session),
    witnesses: (among) => witnesses(session, among),
    advance: (queues, until, marginMs) => advance(session, queues, until, marginMs),
    raise: (floors) => raise(session, floors),
    close: () => session.close(),
  };
}

/**
 * R1: nothing is sent unless the claim's commit was cleanly acknowledged. A commit whose wait for the standby was cancelled is answered as
 * a success with a warning: after a failover that claim never was, and another dispatcher sends the same tasks. So they are left to the end
 * of their leases.
 */
async function claimCleanly(
  claim: Claim,
  session: Session,
  clock: Clock,
  logger: Logger,
  queue: string,
  maxTasks: number,
): Promise<ClaimedDispatch[]> {
  const watched = session.watch();
  const claimedAt = clock.now();
  const dispatches = await claim(watched, queue, maxTasks);
  if (watched.clean) return dispatches.map((dispatch) => ({ ...dispatch, claimedAt }));
  logger.warn('a claim was not confirmed by the standby: its tasks wait for the end of their leases', {
    queue,
    tasks: dispatches.length,
  });
  return [];
}

function settleStore(database: Database, logger: Logger): SettleStore {
  const pool = openPool(connectionConfig(database, 'pgtaskqueue settler'), SETTLING_CONNECTIONS, logger);
  return {
    complete: (queue, leases) => completeTasks(pool, queue, leases),
    fail: async (queue, failure) => (await failTask(pool, queue, failure)).outcome,
    release: (queue, leases) => releaseTasks(pool, queue, leases),
    recordStatistics: (queue, executed) => recordStatistics(pool, queue, executed),
    sweep: (queues) => sweepQueues(pool, queues),
    cleanPurged: (queue) => cleanPurged(pool, queue),
    targets: async () => new Map((await listTargets(pool)).map(({ name, url }) => [name, url])),
    close: () => pool.end(),
  };
}
