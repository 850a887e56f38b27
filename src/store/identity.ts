// Whether the database is the one that its tasks were added to.

import type { Executor } from '../postgres/executor.ts';
import { call, runOne } from '../schema/call.ts';

/** See the card of check_identity. */
export type Identity = 'known' | 'copied' | 'joined' | 'pending' | 'promoted';

/** Has the ids of new tasks follow those of all others, whatever database they came from. */
export async function checkIdentity(executor: Executor): Promise<Identity> {
  const { check_identity } = await runOne(executor, call('check_identity', {}));
  return check_identity;
}

/** Pauses the push queues of a copy, once; returns how many. */
export async function holdCopy(executor: Executor): Promise<number> {
  const { pause_copied_queues } = await runOne(executor, call('pause_copied_queues', {}));
  return pause_copied_queues;
}
