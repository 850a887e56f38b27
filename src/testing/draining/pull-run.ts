// Draining a pull queue with a handler: leases one task at a time, and records how it ended.

import type { QueueHandle } from '../../client/queue-handle.ts';
import type { LeasedTask } from '../../client/task.ts';
import { TaskLeaseExpiredError } from '../../domain/errors.ts';
import { inSavepoint } from '../../postgres/savepoint.ts';
import type { Prover } from '../../proving/prover.ts';
import type { LeasedTaskContext } from '../../worker/options.ts';
import { provedPull } from '../proving/proved-pull.ts';
import type { Tally } from './drained.ts';
import type { DrainQueueOptions } from './options.ts';
import type { Run } from './run.ts';
import { pullTask } from './runs.ts';

const LEASE_SECONDS = 60;
/** A worker's default back-off, without its jitter. */
const MOST_BACKOFF_SECONDS = 600;

export function runOfPullQueue(
  queue: QueueHandle,
  options: DrainQueueOptions & { prover?: Prover | undefined },
  tally: Tally,
): Run {
  const { transaction, prover } = options;
  const handler = inSavepoint(
    transaction,
    options.handler as (task: LeasedTask, context: LeasedTaskContext) => unknown,
  );
  return {
    pass: async () => {
      const [task] = await queue.leaseTasks({ leaseSeconds: LEASE_SECONDS, maxTasks: 1 }, { transaction });
      if (!task) return 0;
      const { name, retryCount: attempt } = task;
      const call = new LeasedCall(queue, task, { transaction });
      const ended = await call.run(prover ? provedPull(prover, handler, () => call.finished) : handler);
      tally.tasks.push(pullTask({ queue: queue.name, name, attempt, ...ended }));
      return tally.count({ ...NONE, claimed: 1, [ended.outcome]: 1 });
    },
    queues: () => [queue.name],
    close: async () => prover?.finish(),
  };
}

const NONE = { claimed: 0, completed: 0, failed: 0, dead: 0, stale: 0 };

interface Ended {
  outcome: 'completed' | 'failed' | 'stale';
  error?: unknown;
}

/** One call of the handler, which may finish the task itself. */
class LeasedCall implements LeasedTaskContext {
  readonly signal = new AbortController().signal;
  readonly #queue: QueueHandle;
  readonly #task: LeasedTask;
  readonly #options: Pick<DrainQueueOptions, 'transaction'>;
  #finished = false;

  constructor(queue: QueueHandle, task: LeasedTask, options: Pick<DrainQueueOptions, 'transaction'>) {
    this.#queue = queue;
    this.#task = task;
    this.#options = options;
  }

  /** True if the handler has committed the task's end with its work. */
  get finished(): boolean {
    return this.#finished;
  }

  get finish(): LeasedTaskContext['finish'] {
    return async (options) => {
      if (!(await this.#queue.deleteTask(this.#task, options)))
        throw new TaskLeaseExpiredError(`lost the lease on ${this.#task.name}`, { hint: 'Roll back.' });
      this.#finished = true;
    };
  }

  async run(handler: (task: LeasedTask, context: LeasedTaskContext) => unknown): Promise<Ended> {
    try {
      await handler(this.#task, this);
    } catch (error) {
      return this.#fail(error);
    }
    const deleted = this.#finished || (await this.#queue.deleteTask(this.#task, this.#options));
    return { outcome: deleted ? 'completed' : 'stale' };
  }

  async #fail(error: unknown): Promise<Ended> {
    const seconds = Math.min(2 ** (this.#task.retryCount - 1), MOST_BACKOFF_SECONDS);
    try {
      await this.#queue.modifyTaskLease(this.#task, seconds, { error, ...this.#options });
      return { outcome: 'failed', error };
    } catch (trouble) {
      if (!(trouble instanceof TaskLeaseExpiredError)) throw trouble;
      return { outcome: 'stale', error };
    }
  }
}
