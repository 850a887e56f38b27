// Deferred calls that were too large for their tasks.

import type { Executor } from '../postgres/executor.ts';
import { call, runOne } from '../schema/call.ts';

/** The call; null: there is none, or none any more. */
export async function deferredPayload(executor: Executor, id: string): Promise<Uint8Array | null> {
  return (await runOne(executor, call('deferred_payload', { id }))).deferred_payload;
}

/** Forgets a call; false: there was none. */
export async function deleteDeferred(executor: Executor, id: string): Promise<boolean> {
  return (await runOne(executor, call('delete_deferred', { id }))).delete_deferred;
}
