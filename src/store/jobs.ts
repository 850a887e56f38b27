// Jobs: acts on many tasks, a chunk to a transaction.

import type { Job, NewJob } from '../domain/job.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import type { JobsView } from '../schema/job-rows.ts';
import type { Selected } from '../schema/rows.ts';
import { readCount, readDate, readDateOrNull } from './values.ts';

/**
 * Creates a job; returns its id. Servers do it.
 *
 * @throws UnknownQueueError, InvalidRequestError, TooManyTasksError for more than 1000 names, InvalidQueueModeError
 */
export async function createJob(executor: Executor, { queue, act, tasks, filter, names }: NewJob): Promise<string> {
  const given = { queue, act, tasks, filter: filter && JSON.stringify(filter), names };
  return String((await runOne(executor, call('create_job', given))).create_job);
}

/** Ends a job; false: it has ended already. */
export async function cancelJob(executor: Executor, id: string): Promise<boolean> {
  return (await runOne(executor, call('cancel_job', { id }))).cancel_job;
}

/**
 * Does the next chunk of a job, or of any job that rests.
 *
 * @returns the job's id, and whether more is to do; undefined: there is nothing to do, or another server does it
 */
export async function advanceJob(
  executor: Executor,
  id?: string,
): Promise<{ id: string; running: boolean } | undefined> {
  const [row] = await run(executor, call('advance_job', { id }));
  return row && { id: String(row.job), running: row.running };
}

/** The job of an id; undefined: there is none. */
export async function findJob(executor: Executor, id: string): Promise<Job | undefined> {
  const [row] = await run(executor, select('jobs', { where: { id }, order: ['-id'], limit: 1 }));
  return row && readJob(row);
}

/** The latest jobs. */
export async function listJobs(executor: Executor, limit = 50): Promise<Job[]> {
  return (await run(executor, select('jobs', { order: ['-id'], limit }))).map(readJob);
}

function readJob({ looked_at, ...row }: Selected<JobsView>): Job {
  return {
    ...row,
    id: String(row.id),
    tasks: readCount(row.tasks),
    done: readCount(row.done),
    skipped: readCount(row.skipped),
    lookedAt: readCount(looked_at),
    created: readDate(row.created),
    advanced: readDate(row.advanced),
    ended: readDateOrNull(row.ended),
  };
}
