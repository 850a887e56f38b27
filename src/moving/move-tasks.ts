// Moves the waiting tasks of a queue to another database while both are in use. A batch is held where it was until it
// has arrived, and arrives once: a move that was interrupted is continued by another one.

import type { Executor } from '../postgres/executor.ts';
import { exportBatch, importBatch, type TaskBatch } from '../store/moved-tasks.ts';

/** What a move does. */
export interface MoveOptions {
  /** The name of the queue in both databases. */
  queue: string;
  /** The other database, for people: a move is continued under the same name. */
  destination: string;
  /** True: also the dead tasks. */
  dead: boolean;
  /** Called after each batch with what has been moved so far. */
  moved?: (so: MovedTasks) => void;
}

/** How many tasks a move has moved. */
export interface MovedTasks {
  /** Tasks that wait in the other database now. */
  added: number;
  /** Tasks that are dead there: dead ones, and those whose names were in use. */
  dead: number;
}

/**
 * Moves the tasks that wait. It ends with a batch after which no further one waited, so that applications which keep
 * adding tasks don't keep it from ending.
 *
 * @throws what export_tasks and import_tasks raise; what has not arrived then is held, and the next call continues
 */
export async function moveTasks(
  from: Executor,
  to: Executor,
  { queue, destination, dead, moved }: MoveOptions,
): Promise<MovedTasks> {
  const total = { added: 0, dead: 0 };
  for (const kind of dead ? [false, true] : [false]) {
    let last: TaskBatch | undefined;
    for (;;) {
      const options = { after: last?.number, forget: last !== undefined, dead: kind, take: last?.more };
      const batch = await exportBatch(from, queue, destination, options);
      if (batch === undefined) break;
      const arrived = await importBatch(to, queue, batch.content);
      total.added += arrived.added;
      total.dead += arrived.dead;
      moved?.(total);
      last = batch;
    }
  }
  return total;
}
