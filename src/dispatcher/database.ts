// The dispatcher's effects on a real database: a session that claims, one that keeps floors, and what settles.

import type { Dispatch } from '../domain/dispatch.ts';
import type { Clock } from '../runtime/clock.ts';
import { connectionConfig, type Database } from '../runtime/connection.ts';
import type { Logger } from '../runtime/logger.ts';
import { Session } from '../runtime/session.ts';
import { Together } from '../runtime/together.ts';
import type { Executor } from '../sql/executor.ts';
import { prepared } from '../sql/prepared.ts';
import { claimForcedTasks, claimTasks, dispatcherQueues, forcedQueues, type Portion } from '../store/dispatches.ts';
import { holdBells, letGoOfBells, msToDue } from '../store/doorbells.ts';
import { advance, horizon, raise, witnesses } from '../store/floors.ts';
import { checkIdentity } from '../store/identity.ts';
import { abdicate, announce, company, isCrowded, lead } from '../store/leaderships.ts';
import type { ClaimedDispatch, ClaimSession, DispatcherEffects } from './effects.ts';
import type { FloorSession } from './floor-tick.ts';
import { settleStore } from './settle-store.ts';

export function databaseEffects(database: Database, clock: Clock, logger: Logger, attemptDays = 7): DispatcherEffects {
  return {
    open: (lost) => openSession(database, clock, logger, lost),
    openKeeper: (lost) => openKeeper(database, lost),
    store: settleStore(database, logger, attemptDays),
  };
}

async function openSession(
  database: Database,
  clock: Clock,
  logger: Logger,
  lost: (reason: unknown) => void,
): Promise<ClaimSession> {
  const session = await Session.open(connectionConfig(database, 'pgtaskqueue dispatcher'), lost);
  await begin(session, logger).catch(async (error) => {
    await session.close();
    throw error;
  });
  const cleanly = (claim: (executor: Executor) => Promise<Dispatch[][]>) => claimCleanly(session, clock, logger, claim);
  const claims = new Together((portions: Portion[]) => cleanly((executor) => claimTasks(executor, portions)));
  const forced = new Together(async (queues: string[]) => {
    const counts = await forcedQueues(session, queues);
    return queues.map((queue) => counts.get(queue) ?? 0);
  });
  const forcedClaims = new Together((portions: Portion[]) =>
    cleanly((executor) => claimForcedTasks(executor, portions)),
  );
  return {
    queues: () => dispatcherQueues(session),
    company: async () => {
      const { backend, readOnly, ...found } = await company(session);
      session.requireSound(backend, readOnly);
      return found;
    },
    lead: (queueIds, most) => lead(session, queueIds, most, session.backend),
    abdicate: (queueId) => abdicate(session, queueId),
    isCrowded: () => isCrowded(session),
    claim: (queue, maxTasks) => claims.ask({ queue, maxTasks }),
    forced: (queue) => forced.ask(queue),
    claimForced: (queue, maxTasks) => forcedClaims.ask({ queue, maxTasks }),
    msToDue: (queues) => msToDue(session, queues),
    holdBells: (queueIds) => holdBells(session, queueIds),
    letGoOfBells: (queueIds) => letGoOfBells(session, queueIds),
    close: () => session.close(),
  };
}

async function begin(session: Session, logger: Logger): Promise<void> {
  await announce(session);
  const identity = await checkIdentity(session);
  if (identity === 'joined')
    logger.warn('tasks of another database were brought in: the ids of new tasks follow theirs from now on');
  if (identity === 'pending')
    logger.warn(
      'tasks of another database were brought in, and open transactions hold up new ids: run pgtaskqueue migrate',
    );
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
  session: Session,
  clock: Clock,
  logger: Logger,
  claim: (executor: Executor) => Promise<Dispatch[][]>,
): Promise<ClaimedDispatch[][]> {
  const watched = session.watch();
  const claimedAt = clock.now();
  const claimed = await claim({ query: (text, values) => watched.query(prepared(text, values)) });
  if (watched.clean) return claimed.map((dispatches) => dispatches.map((dispatch) => ({ ...dispatch, claimedAt })));
  logger.warn('a claim was not confirmed by the standby: its tasks wait for the end of their leases', {
    queues: claimed.flatMap(([first]) => first?.queue ?? []),
    tasks: claimed.flat().length,
  });
  return claimed.map(() => []);
}
