// Creates tasks. Those that arrive while a statement is under way share the next one, and its commit: a commit is most
// of what a task costs PostgreSQL. Each caller still gets its own answer, after the commit, and its own error.

import type { CloudParent, CloudTask, NewCloudTask } from '../domain/cloud-task.ts';
import { EnqueueOutcomeUnknown, TaskQueueError } from '../domain/errors.ts';
import type { Executor } from '../postgres/executor.ts';
import { GroupCommit } from '../runtime/group-commit.ts';
import { createCloudTask, createCloudTasks } from '../store/cloud-tasks.ts';

/** A request for a task. */
interface Creation {
  parent: CloudParent;
  queue: string;
  task: NewCloudTask;
}

/** The function takes so many. */
const MOST_TASKS = 100;
/** So that large tasks do not add up to a statement of a hundred megabytes. */
const MOST_BYTES = 2_000_000;

export class TaskCreations {
  readonly #executor: Executor;
  readonly #shared: GroupCommit<Creation, CloudTask | Error>;

  constructor(executor: Executor) {
    this.#executor = executor;
    this.#shared = new GroupCommit((creations) => this.#createAll(creations));
  }

  /** Returns the task with its body. @throws as createCloudTask of the store */
  async create(parent: CloudParent, queue: string, task: NewCloudTask): Promise<CloudTask> {
    const creation = { parent, queue, task };
    // names wait for other transactions
    const answer = task.name === undefined ? await this.#shared.ask(creation) : await this.#createOne(creation);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async #createAll(creations: readonly Creation[]): Promise<(CloudTask | Error)[]> {
    const answers = new Map<Creation, CloudTask | Error>();
    const work = [...batchesOf(creations)].map(async (batch) => {
      for (const [i, answer] of (await this.#createBatch(batch)).entries()) answers.set(batch[i] as Creation, answer);
    });
    await Promise.all(work);
    return creations.map((creation) => answers.get(creation) as CloudTask | Error);
  }

  async #createBatch(batch: readonly [Creation, ...Creation[]]): Promise<(CloudTask | Error)[]> {
    const [{ parent, queue }] = batch;
    const tasks = batch.map(({ task }) => task);
    try {
      return await createCloudTasks(this.#executor, parent, queue, tasks);
    } catch (error) {
      if (batch.length > 1 && isOfOneTask(error)) return Promise.all(batch.map((one) => this.#createOne(one)));
      return batch.map(() => error as Error);
    }
  }

  async #createOne({ parent, queue, task }: Creation): Promise<CloudTask | Error> {
    return createCloudTask(this.#executor, parent, queue, task, true).catch((error: Error) => error);
  }
}

/** Whether other tasks of the batch may be created nevertheless. */
function isOfOneTask(error: unknown): boolean {
  return error instanceof TaskQueueError && !error.retryable && !(error instanceof EnqueueOutcomeUnknown);
}

/** Batches of one queue each, in the order of the requests. */
function batchesOf(creations: readonly Creation[]): Iterable<[Creation, ...Creation[]]> {
  const batches: [Creation, ...Creation[]][] = [];
  const open = new Map<string, { batch: [Creation, ...Creation[]]; bytes: number }>();
  for (const creation of creations) {
    const { project, location } = creation.parent;
    const key = `${project}/${location}/${creation.queue}`;
    const bytes = creation.task.body?.length ?? 0;
    const last = open.get(key);
    if (last && last.batch.length < MOST_TASKS && last.bytes + bytes <= MOST_BYTES) {
      last.batch.push(creation);
      last.bytes += bytes;
    } else {
      const batch: [Creation, ...Creation[]] = [creation];
      batches.push(batch);
      open.set(key, { batch, bytes });
    }
  }
  return batches;
}
