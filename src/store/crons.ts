// Cron jobs: applying a cron file, listing, running by hand, and the scheduler's calls.

import type { ApplyCronsOptions, Cron, CronChange, DueCron, Fired } from '../domain/cron/cron.ts';
import type { CronConfig } from '../domain/cron/cron-config.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import { readDate, readDateOrNull } from './values.ts';

/**
 * Applies a cron file, all of it or nothing; jobs that it does not list are removed.
 *
 * @returns the changes made or, with `dryRun`, the changes to be made
 * @throws InvalidRequestError for an invalid file, or if the changes are not those approved; UnknownQueueError;
 *   InvalidTaskError and its subclasses
 */
export async function applyCronConfig(
  executor: Executor,
  config: CronConfig,
  options: ApplyCronsOptions = {},
): Promise<CronChange[]> {
  requireKnownKeys(options, ['dryRun', 'approved'], 'the options of applyCronConfig');
  const { dryRun, approved } = options;
  const query = call('apply_crons', {
    config: JSON.stringify(config),
    dry_run: dryRun,
    approved: approved && JSON.stringify(approved),
  });
  return run(executor, query);
}

/** Lists all cron jobs by name. */
export async function listCrons(executor: Executor): Promise<Cron[]> {
  const rows = await run(executor, select('crons', { order: ['name'] }));
  return rows.map((row) => ({
    name: row.name,
    description: row.description,
    url: row.url,
    queue: row.queue,
    callsUrl: row.calls_url,
    schedule: row.schedule,
    timezone: row.timezone,
    target: row.target,
    retryParameters: row.retry_parameters,
    attemptDeadline: row.attempt_deadline,
    catchUp: row.catch_up,
    since: readDate(row.since),
    nextRun: readDateOrNull(row.next_run),
    lastRun: readDateOrNull(row.last_run),
    lastTask: row.last_task,
    lastResult: row.last_result,
    lastStatus: row.last_status,
    state: row.state,
    problem: row.problem,
  }));
}

/**
 * Runs a job now, in addition to its schedule.
 *
 * @returns queue and name of the task that was added
 * @throws UnknownTaskError if there is no such job; UnknownQueueError if its queue is gone
 */
export async function runCron(executor: Executor, name: string): Promise<{ queue: string; name: string }> {
  const { queue, name: task } = await runOne(executor, call('run_cron', { name }));
  return { queue, name: task };
}

/** For the scheduler: records which runs have ended, and returns the jobs that need attention. */
export async function dueCrons(executor: Executor): Promise<DueCron[]> {
  const rows = await run(executor, call('due_crons', {}));
  return rows.map((row) => ({
    id: String(row.id),
    schedule: row.schedule,
    timezone: row.timezone,
    since: readDate(row.since),
    nextRun: readDateOrNull(row.next_run),
    active: row.active,
    now: readDate(row.now),
  }));
}

/** For the scheduler: stores when a job runs next, or a sentence why it never does. */
export async function planCron(executor: Executor, id: string, plan: Date | { problem: string }): Promise<void> {
  const given = plan instanceof Date ? { next_run: plan } : { problem: plan.problem };
  await run(executor, call('plan_cron', { id, ...given }));
}

/** For the scheduler: fires a job. Of concurrent callers, exactly one gets `added`. */
export async function fireCron(
  executor: Executor,
  id: string,
  { moment, following, overlap }: { moment: Date; following: Date | null; overlap: boolean },
): Promise<Fired> {
  return (await runOne(executor, call('fire_cron', { id, moment, following, overlap }))).fire_cron;
}
