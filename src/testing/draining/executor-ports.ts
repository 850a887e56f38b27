// A dispatcher's ports on any executor, such as a test's transaction: it leads one queue without locks, claims one task
// at a time, and maintains nothing. Only one process may drain a queue this way.

import type { ClaimedDispatch, ClaimSession, DispatcherPorts } from '../../dispatcher/database/ports.ts';
import { outcomeStore } from '../../dispatcher/settling/outcome-store.ts';
import type { Executor } from '../../postgres/executor.ts';
import type { Clock } from '../../runtime/clock.ts';
import { listAllowedUrls } from '../../store/allowed-urls.ts';
import { type Claim, claimedTasks, claimTasks, forcedQueues } from '../../store/claims.ts';
import { dispatcherQueues } from '../../store/dispatcher-queues.ts';
import { listKeys } from '../../store/keys.ts';
import { heartbeat, membership } from '../../store/leaderships.ts';

const NOBODY = 0;

export function executorPorts(executor: Executor, queue: string, clock: Clock): DispatcherPorts {
  const nothing = async () => {};
  return {
    openClaimSession: async () => claimSession(executor, queue, clock),
    openFloorSession: () => Promise.reject(new Error('floors are not raised here')),
    requireSchema: nothing,
    outcomes: outcomeStore(executor, executor),
    upkeep: {
      ...{ recordActivity: nothing, recordHistograms: nothing, recordBlockers: nothing, sweepPartitions: nothing },
      sweep: async () => [],
      notifyDeaths: async () => null,
      cleanPurged: async () => 0,
    },
    routing: {
      targets: async () => [], // every target is the handler
      keys: () => listKeys(executor),
      allowedUrls: () => listAllowedUrls(executor),
      allowUrl: nothing,
    },
    listener: { on: () => {}, start: nothing, stop: nothing } as unknown as NonNullable<DispatcherPorts['listener']>,
    close: nothing,
  };
}

function claimSession(executor: Executor, queue: string, clock: Clock): ClaimSession {
  const nothing = async () => {};
  const claimOne = (claim: Claim) => async (name: string, most: number) =>
    most > 0 ? claimFrom(executor, claim, name, clock) : [];
  return {
    silentMs: () => 0,
    queues: async (counted) => {
      const all = await dispatcherQueues(executor, NOBODY, counted);
      return all.filter(({ name }) => name === queue);
    },
    membership: async () => ({ ...(await membership(executor)), dispatchers: 1 }),
    heartbeat: () => heartbeat(executor),
    lead: async (queueIds) => queueIds,
    resign: nothing,
    resignAll: nothing,
    isCrowded: async () => false,
    claim: claimOne('claim_tasks'),
    forced: async (name) => (await forcedQueues(executor, [name])).get(name) ?? 0,
    claimForced: claimOne('claim_forced_tasks'),
    msToDue: async () => new Map(),
    takeDoorbells: async () => [],
    releaseDoorbells: nothing,
    close: nothing,
  };
}

async function claimFrom(executor: Executor, claim: Claim, queue: string, clock: Clock): Promise<ClaimedDispatch[]> {
  const claimedAt = clock.now();
  const { dispatches, unread } = await claimTasks(executor, claim, [{ queue, maxTasks: 1 }], NOBODY);
  const large = unread.length > 0 ? await claimedTasks(executor, unread, claim === 'claim_forced_tasks') : [];
  return [...(dispatches[0] ?? []), ...large].map((dispatch) => ({ ...dispatch, claimedAt }));
}
