// What keeps queues from claiming, as their dispatchers see it.

import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/** Put on record for explain_task (record_blockers). All null: nothing keeps the queue any more. */
export interface HindranceNote {
  queue: string;
  kind: 'slots' | 'target' | 'requests' | null;
  target: string | null;
  /** For how long already. */
  seconds: number | null;
  waiting: number | null;
}

/** @param claimer the dispatcher's number */
export async function noteHindrances(executor: Executor, notes: HindranceNote[], claimer: number): Promise<void> {
  await run(executor, call('record_blockers', { notes: JSON.stringify(notes), claimer }));
}
