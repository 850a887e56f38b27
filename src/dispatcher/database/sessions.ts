// The dispatcher's effects on a real database: a session that claims, one that keeps floors, and what settles.

import { connectionConfig, type Database } from '../../postgres/connection-settings.ts';
import { Session } from '../../postgres/session.ts';
import type { Clock } from '../../runtime/clock.ts';
import { Together } from '../../runtime/group-commit.ts';
import type { Logger } from '../../runtime/logger.ts';
import { dispatcherQueues, forcedQueues, type Portion } from '../../store/dispatches.ts';
import { holdBells, letGoOfBells, msToDue } from '../../store/doorbells.ts';
import { advance, horizon, raise, witnesses } from '../../store/floors.ts';
import { checkIdentity } from '../../store/identity.ts';
import {
  abdicate,
  announce,
  company,
  isCrowded,
  lead,
  newNumber,
  resign,
  takeNumber,
} from '../../store/leaderships.ts';
import { settleStore } from '../settling/outcome-store.ts';
import type { FloorSession } from '../upkeep/raise-floors.ts';
import { Claims } from './claims.ts';
import type { ClaimSession, DispatcherEffects } from './ports.ts';
import { CLAIMING_SETTINGS } from './silence.ts';

export function databaseEffects(database: Database, clock: Clock, logger: Logger, attemptDays = 7): DispatcherEffects {
  let number = newNumber();
  const { store, claimed } = settleStore(database, logger, attemptDays, () => number);
  return {
    open: async (lost) => {
      const config = connectionConfig(database, 'pgtaskqueue dispatcher');
      const session = await Session.open(config, lost, CLAIMING_SETTINGS);
      try {
        await begin(session, logger);
        number = await takeNumber(session, number);
      } catch (error) {
        await session.close();
        throw error;
      }
      return claimSession(session, number, new Claims({ session, number, read: claimed, store, clock, logger }));
    },
    openKeeper: (lost) => openKeeper(database, lost),
    store,
  };
}

function claimSession(session: Session, number: number, claims: Claims): ClaimSession {
  const due = new Together((portions: Portion[]) => claims.claim('claim_tasks', portions));
  const forced = new Together(async (queues: string[]) => {
    const counts = await forcedQueues(session, queues);
    return queues.map((queue) => counts.get(queue) ?? 0);
  });
  const forcedClaims = new Together((portions: Portion[]) => claims.claim('claim_forced_tasks', portions));
  return {
    silentMs: () => session.silentMs,
    queues: (counted) => dispatcherQueues(session, number, counted),
    company: async () => {
      const { backend, readOnly, ...found } = await company(session);
      session.requireSound(backend, readOnly);
      return found;
    },
    lead: (queueIds, most) => lead(session, queueIds, most, session.backend),
    abdicate: (queueId) => abdicate(session, queueId),
    isCrowded: () => isCrowded(session),
    resign: () => resign(session),
    claim: (queue, maxTasks) => due.ask({ queue, maxTasks }),
    forced: (queue) => forced.ask(queue),
    claimForced: (queue, maxTasks) => forcedClaims.ask({ queue, maxTasks }),
    msToDue: (queues) => msToDue(session, queues),
    holdBells: (queueIds) => holdBells(session, queueIds),
    letGoOfBells: (queueIds) => letGoOfBells(session, queueIds),
    close: () => session.close(),
  };
}

async function begin(session: Session, logger: Logger): Promise<void> {
  if (!session.pinned)
    logger.warn("a pooler keeps this session's limits out: should the process hang, its queues wait for it", {
      remedy: 'Connect directly.',
    });
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
