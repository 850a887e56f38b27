// Tasks on their way to another database, a batch to a transaction.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import { readCount, readDate } from './values.ts';

/** Up to 100 tasks that were taken out of a queue, and that the database holds until they have arrived. */
export interface TaskBatch {
  /** Orders the batches of a queue. */
  number: string;
  tasks: number;
  /** JSON text for `importBatch`. */
  content: string;
  /** False: no further task waited when this batch was taken. */
  more: boolean;
}

/** How `exportBatch` takes the next batch. */
export interface ExportOptions {
  /** The batch before; undefined: the first one that is held. */
  after?: string | undefined;
  /** True: the batch before has arrived, and is forgotten. */
  forget?: boolean | undefined;
  /** True: dead tasks. */
  dead?: boolean | undefined;
  /** False: none is taken. */
  take?: boolean | undefined;
}

/** What became of a batch. */
export interface ImportedBatch {
  added: number;
  /** Tasks that were added as dead tasks: dead ones, and those whose names were in use. */
  dead: number;
  /** True: it had arrived before. */
  repeated: boolean;
}

/** The tasks of a queue that wait to arrive elsewhere. */
export interface TaskExport {
  queue: string;
  batches: number;
  tasks: number;
  since: Date;
  destination: string;
}

/**
 * Returns the next batch that is held, or else takes one. Undefined: no task waits.
 *
 * @param destination where it goes: a queue has tasks for one destination at a time
 * @throws UnknownQueueError; InvalidQueueError if tasks are held for another destination
 */
export async function exportBatch(
  executor: Executor,
  queue: string,
  destination: string,
  { after, forget, dead, take = true }: ExportOptions = {},
): Promise<TaskBatch | undefined> {
  const given = { queue, after, forget, dead, destination, max_tasks: take ? undefined : 0 };
  const [row] = await run(executor, call('export_tasks', given));
  return row && { number: String(row.number), tasks: row.tasks, content: row.content, more: row.more };
}

/**
 * Adds the tasks of a batch, once however often it is called.
 *
 * @throws UnknownQueueError, InvalidQueueModeError, StorageLimitExceededError, and what adding a task throws
 */
export async function importBatch(executor: Executor, queue: string, content: string): Promise<ImportedBatch> {
  return runOne(executor, call('import_tasks', { queue, content }));
}

/** Forgets the batches of a queue that are held; returns how many tasks were in them. @throws UnknownQueueError */
export async function finishExport(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('finish_export', { queue }))).finish_export);
}

/**
 * Gives back to a queue the first batch that is held; returns how many tasks were in it, 0 if there is none.
 *
 * @throws UnknownQueueError
 */
export async function undoExport(executor: Executor, queue: string): Promise<number> {
  return (await runOne(executor, call('undo_export', { queue }))).undo_export;
}

/** What is held of a queue; undefined: nothing. */
export async function findExport(executor: Executor, queue: string): Promise<TaskExport | undefined> {
  const [row] = await run(executor, select('exports', { where: { queue }, order: ['queue'] }));
  return (
    row && {
      queue: row.queue,
      batches: readCount(row.batches),
      tasks: readCount(row.tasks),
      since: readDate(row.since),
      destination: row.destination,
    }
  );
}
