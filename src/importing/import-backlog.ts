// Imports a backlog as named tasks. A job that was imported before is refused by its name, so an import can be
// repeated.

import { createHash } from 'node:crypto';
import { MAX_TASKS_PER_ADD } from '../domain/limits.ts';
import type { QueueMode } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import { relayTasks } from '../store/relayed-tasks.ts';
import type { Backlog, WaitingJob } from './backlog.ts';

/** How far ahead a task may start. */
const FARTHEST_MS = 30 * 86_400_000;

/** What an import does with the jobs of one of their queues. */
export interface ImportedQueue {
  /** Their name of it. */
  from: string;
  queue: string;
  /** Jobs that wait. */
  waiting: number;
  imported: number;
  /** Jobs that had been imported before. */
  before: number;
  /** Jobs that start more than 30 days from now: they stay where they are. */
  tooFar: number;
  /** Jobs that are being worked on, which stay where they are too. */
  active: number;
}

export interface ImportOptions {
  /** Our queue for each of theirs. Default: their name, with `-` for what the name of a queue cannot have. */
  queues: ReadonlyMap<string, string>;
  /** The mode of each of our queues. Undefined: there is no such queue. */
  modeOf(queue: string): QueueMode | undefined;
  /** True: count, and add nothing. */
  dryRun: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Imports the jobs that wait.
 *
 * @throws the errors of relayTasks; what was added before them stays, and the import can be repeated
 */
export async function importBacklog(
  target: Executor,
  backlog: Backlog,
  options: ImportOptions,
): Promise<ImportedQueue[]> {
  const results = new Map<string, ImportedQueue>();
  const resultOf = (from: string) => {
    const queue = options.queues.get(from) ?? from.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 100);
    const result = results.get(from) ?? { from, queue, waiting: 0, imported: 0, before: 0, tooFar: 0, active: 0 };
    results.set(from, result);
    return result;
  };
  for await (const page of backlog.pages()) {
    for (const [from, jobs] of Map.groupBy(page, ({ queue }) => queue)) {
      const result = resultOf(from);
      result.waiting += jobs.length;
      const near = jobs.filter(({ startsAt = 0 }) => startsAt <= options.now + FARTHEST_MS);
      result.tooFar += jobs.length - near.length;
      if (!options.dryRun) await add(target, backlog.prefix, near, result, options);
    }
  }
  for (const [from, count] of await backlog.active()) if (count > 0) resultOf(from).active = count;
  return [...results.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
}

async function add(
  target: Executor,
  prefix: string,
  jobs: readonly WaitingJob[],
  result: ImportedQueue,
  { modeOf, now }: ImportOptions,
): Promise<void> {
  const isPull = modeOf(result.queue) === 'pull';
  for (let at = 0; at < jobs.length; at += MAX_TASKS_PER_ADD) {
    const tasks = jobs
      .slice(at, at + MAX_TASKS_PER_ADD)
      .map((job) => ({ name: nameOf(prefix, job.id), task: taskOf(job, isPull, now) }));
    const before = await relayTasks(target, result.queue, tasks);
    result.before += before;
    result.imported += tasks.length - before;
  }
}

/** Ids that cannot be part of a name are hashed. */
function nameOf(prefix: string, id: string): string {
  const safe = /^[A-Za-z0-9_-]{1,400}$/.test(id) ? id : createHash('sha256').update(id).digest('hex');
  return `${prefix}-${safe}`;
}

/** The payload is copied as text, which keeps numbers that JavaScript would round. */
function taskOf({ payload, startsAt, kind }: WaitingJob, isPull: boolean, now: number): string {
  const others = {
    ...(startsAt !== undefined && startsAt > now ? { eta: new Date(startsAt).toISOString() } : {}),
    ...(kind !== undefined && isPull ? { tag: kind } : {}),
  };
  const text = JSON.stringify(others);
  return `{"payload_json":${payload}${text === '{}' ? '' : `,${text.slice(1, -1)}`}}`;
}
