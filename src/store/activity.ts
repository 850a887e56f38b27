// What dispatchers record of their queues: counts, gauges and histograms.

import type { FailureClass } from '../domain/failure-class.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/** Numbers of attempts; executed: those that ended, released: claimed and not sent. */
export type ActivityCounts = Partial<
  Record<'executed' | 'started' | 'succeeded' | 'dead' | 'released' | FailureClass, number>
>;

/** The activity of a queue since the last note, and how the queue is now. */
export interface ActivityNote extends ActivityCounts {
  queue: string;
  /** Tokens in the bucket, and requests in flight; left out: 0. */
  tokens?: number | undefined;
  inFlight?: number | undefined;
  /** Tasks per second; null: the queue is not throttled. */
  enforced: number | null;
  /** True: the database also counts the tasks that are due and scheduled. */
  sample?: boolean | undefined;
}

/** The histograms of a queue's minute; left out: there is nothing to count. */
export interface HistogramNote {
  queue: string;
  /** Minutes since 1970. */
  minute: number;
  /** As in an ActivityNote. */
  enforced: number | null;
  /** Seconds from due to start. */
  lag?: readonly number[] | undefined;
  /** Seconds that attempts took. */
  duration?: readonly number[] | undefined;
}

/** Records notes of any queues with one statement. */
export async function recordActivity(
  executor: Executor,
  notes: readonly (ActivityNote | HistogramNote)[],
): Promise<void> {
  const rows = notes.map((note) =>
    'minute' in note ? note : { ...note, inFlight: undefined, in_flight: note.inFlight },
  );
  await run(executor, call('record_activity', { notes: JSON.stringify(rows) }));
}
