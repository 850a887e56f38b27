// The error for an invalid queue, cron or settings file, with all of its problems.

import { TaskQueueError } from './task-queue-error.ts';

/** One problem in a file. */
export interface ConfigProblem {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** A sentence that names the queue or job, the key and the value. */
  message: string;
  /** The queue's name or the cron job's URL; missing if the problem belongs to neither. */
  entry?: string;
  key?: string;
  /** As written in the file. */
  value?: string;
}

/** A file of queues, cron jobs or settings is invalid and was rejected; nothing was changed. */
export class QueueConfigError extends TaskQueueError {
  static override readonly code = 115;
  /** All problems, in the order of the file. */
  readonly problems: readonly ConfigProblem[];

  /** @param file the name of the file, for the message */
  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    super(lines.join('\n'), {
      detail: { file, problems },
      hint: `Nothing was changed. Fix ${problems.length === 1 ? 'this problem' : `these ${problems.length} problems`} and run apply again.`,
    });
    this.problems = problems;
  }
}
