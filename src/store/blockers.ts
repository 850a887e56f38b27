// Blockers: reasons why queues cannot claim tasks, as their dispatchers see them.

import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/** A blocker, recorded for explain_task (record_blockers). All null: the queue has none any more. */
export interface BlockerEntry {
  queue: string;
  kind: 'slots' | 'target' | 'requests' | null;
  target: string | null;
  /** How long it has lasted. */
  seconds: number | null;
  waiting: number | null;
}

/** @param claimer the dispatcher's number */
export async function recordBlockers(executor: Executor, entries: BlockerEntry[], claimer: number): Promise<void> {
  await run(executor, call('record_blockers', { notes: JSON.stringify(entries), claimer }));
}
