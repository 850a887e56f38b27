// Does jobs, a chunk at a time: those that were created here immediately, and those that another server has left.

import type { Executor } from '../../postgres/executor.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import { advanceJob } from '../../store/jobs.ts';

export interface JobRunnerOptions {
  executor: Executor;
  clock: Clock;
  logger: Logger;
}

/** How often it asks for jobs that another server has left. */
const IDLE_MS = 5_000;

export class JobRunner {
  readonly #executor: Executor;
  readonly #loop: Loop;
  readonly #own = new Set<string>();

  constructor({ executor, clock, logger }: JobRunnerOptions) {
    this.#executor = executor;
    this.#loop = new Loop({ name: 'jobs of the console', runOnce: (signal) => this.#advance(signal), clock, logger });
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Does a job that was just created. */
  begin(id: string): void {
    this.#own.add(id);
    this.#loop.wake();
  }

  /** A chunk of each job. */
  async #advance(signal: AbortSignal): Promise<number> {
    for (const id of this.#own) {
      if (signal.aborted) return 0;
      const advanced = await advanceJob(this.#executor, id);
      if (!advanced?.running) this.#own.delete(id);
    }
    const left = await advanceJob(this.#executor);
    if (left?.running) this.#own.add(left.id);
    return this.#own.size > 0 || left ? 0 : IDLE_MS;
  }
}
