// A queue or cron file that is refused, with all that is wrong with it.

import { TaskQueueError } from './task-queue-error.ts';

/** One thing that is wrong in a file. */
export interface ConfigProblem {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** A sentence that names the queue, the key and the value. */
  message: string;
  /** The queue's name, or the cron job's URL; missing where it belongs to none. */
  entry?: string;
  key?: string;
  /** As it is written in the file. */
  value?: string;
}

/** A file of queues or cron jobs is refused as a whole; nothing was changed. */
export class QueueConfigError extends TaskQueueError {
  static override readonly code = 115;
  /** All that is wrong, in the order of the file. */
  readonly problems: readonly ConfigProblem[];

  /** @param file its name, for the message */
  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    super(lines.join('\n'), {
      detail: { file, problems },
      hint: `Nothing was changed. Fix ${problems.length === 1 ? 'this problem' : `these ${problems.length} problems`} and run apply again.`,
    });
    this.problems = problems;
  }
}
