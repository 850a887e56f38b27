// The dispatcher's ports on a real database: the claiming session, the session that raises floors, and the stores.

import { type ConnectionSource, connectionConfig } from '../../postgres/connection-settings.ts';
import { PinnedSession } from '../../postgres/pinned-session.ts';
import type { Clock } from '../../runtime/clock.ts';
import { GroupCommit } from '../../runtime/group-commit.ts';
import type { Logger } from '../../runtime/logger.ts';
import { type ClaimRequest, forcedQueues } from '../../store/claims.ts';
import { dispatcherQueues } from '../../store/dispatcher-queues.ts';
import { msToDue, releaseDoorbells, takeDoorbells } from '../../store/doorbells.ts';
import { advance, floorClock, openWriters, raise } from '../../store/floors.ts';
import { checkIdentity } from '../../store/identity.ts';
import {
  announce,
  heartbeat,
  isCrowded,
  lead,
  membership,
  newNumber,
  resign,
  resignAll,
  takeNumber,
} from '../../store/leaderships.ts';
import type { FloorSession } from '../upkeep/raise-floors.ts';
import { Claims } from './claims.ts';
import type { ClaimSession, DispatcherPorts } from './ports.ts';
import { CLAIMING_SETTINGS } from './silence.ts';
import { openStores } from './stores.ts';

export function databasePorts(database: ConnectionSource, clock: Clock, logger: Logger): DispatcherPorts {
  let number = newNumber();
  const { claimed, ...stores } = openStores(database, logger, () => number);
  return {
    openClaimSession: async (lost) => {
      const config = connectionConfig(database, 'pgtaskqueue dispatcher');
      const session = await PinnedSession.open(config, lost, CLAIMING_SETTINGS);
      try {
        await begin(session, logger);
        number = await takeNumber(session, number);
      } catch (error) {
        await session.close();
        throw error;
      }
      return claimSession(
        session,
        number,
        new Claims({ session, number, read: claimed, store: stores.outcomes, clock, logger }),
      );
    },
    openFloorSession: (lost) => openFloorSession(database, lost),
    ...stores,
  };
}

function claimSession(session: PinnedSession, number: number, claims: Claims): ClaimSession {
  const due = new GroupCommit((requests: ClaimRequest[]) => claims.claim('claim_tasks', requests));
  const forced = new GroupCommit(async (queues: string[]) => {
    const counts = await forcedQueues(session, queues);
    return queues.map((queue) => counts.get(queue) ?? 0);
  });
  const forcedClaims = new GroupCommit((requests: ClaimRequest[]) => claims.claim('claim_forced_tasks', requests));
  return {
    silentMs: () => session.silentMs,
    queues: (counted) => dispatcherQueues(session, number, counted),
    membership: async () => {
      const { backend, readOnly, ...found } = await membership(session);
      session.requireSound(backend, readOnly);
      return found;
    },
    heartbeat: async () => {
      const { backend, readOnly, ...found } = await heartbeat(session);
      session.requireSound(backend, readOnly);
      return found;
    },
    lead: (queueIds, most) => lead(session, queueIds, most, session.backend),
    resign: (queueId) => resign(session, queueId),
    resignAll: () => resignAll(session),
    isCrowded: () => isCrowded(session),
    claim: (queue, maxTasks) => due.ask({ queue, maxTasks }),
    forced: (queue) => forced.ask(queue),
    claimForced: (queue, maxTasks) => forcedClaims.ask({ queue, maxTasks }),
    msToDue: (queues) => msToDue(session, queues),
    takeDoorbells: (queueIds) => takeDoorbells(session, queueIds),
    releaseDoorbells: (queueIds) => releaseDoorbells(session, queueIds),
    close: () => session.close(),
  };
}

async function begin(session: PinnedSession, logger: Logger): Promise<void> {
  if (!session.pinned)
    logger.warn("a pooler drops this session's timeouts; if the process hangs, its queues stop until it recovers", {
      remedy: 'Connect directly.',
    });
  await announce(session);
  const identity = await checkIdentity(session);
  if (identity === 'joined') logger.warn('found tasks of another database; new tasks get ids after theirs from now on');
  if (identity === 'pending')
    logger.warn('found tasks of another database, and open transactions hold up new ids; run pgtaskqueue migrate');
}

async function openFloorSession(database: ConnectionSource, lost: (reason: unknown) => void): Promise<FloorSession> {
  const session = await PinnedSession.open(connectionConfig(database, 'pgtaskqueue floors'), lost);
  return {
    clock: () => floorClock(session),
    openWriters: (among) => openWriters(session, among),
    advance: (queues, until, marginMs) => advance(session, queues, until, marginMs),
    raise: (floors) => raise(session, floors),
    close: () => session.close(),
  };
}
