// The database's identity: whether its tasks were added here or in another database.

import type { Executor } from '../postgres/executor.ts';
import { call, runOne } from '../schema/call.ts';

/** The states are described in check_identity.sql. */
export type Identity = 'known' | 'copied' | 'joined' | 'pending' | 'promoted';

/** Makes the ids of new tasks follow those of all existing ones, whatever database they came from. */
export async function checkIdentity(executor: Executor): Promise<Identity> {
  const { check_identity } = await runOne(executor, call('check_identity', {}));
  return check_identity;
}

/** Pauses the push queues of a database that is a copy, once; returns their number. */
export async function pauseCopiedQueues(executor: Executor): Promise<number> {
  const { pause_copied_queues } = await runOne(executor, call('pause_copied_queues', {}));
  return pause_copied_queues;
}
