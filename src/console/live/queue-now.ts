// A queue as it is now: its newest notes, what this process knows better, and how many tasks it has.

import type { QueueCondition } from '../../domain/queue.ts';
import type { CountedQueue, LiveQueue, QueueDepth } from '../../store/live-queues.ts';

/** A push queue that this process's dispatcher leads. */
export interface LedQueue {
  queue: string;
  /** Requests in flight. */
  inFlight: number;
  /** Tokens in the bucket, with the part of the next one. */
  level: number;
  /** Tasks per second. */
  enforcedRate: number;
}

export interface QueueNow extends Omit<LiveQueue, 'queue' | 'sample' | 'noted'> {
  name: string;
  /** When `tokens` and `inFlight` were as they are here. */
  noted: Date;
  /** The newest of what was counted and sampled. */
  depth: QueueDepth;
  /** As of the last count; null: it had no task. */
  oldestEta: Date | null;
}

/**
 * @param counted undefined: the queue is younger than the last count
 * @param led undefined: another process leads it, or none
 */
export function queueNow(
  live: LiveQueue,
  counted: CountedQueue | undefined,
  led: LedQueue | undefined,
  now: Date,
): QueueNow {
  const { queue: name, sample, noted, ...rest } = live;
  const depth = newest(sample, counted) ?? { at: now, tasks: 0, due: 0, scheduled: 0, oldestDue: null };
  return {
    ...rest,
    name,
    depth,
    condition: conditionOf(live.condition, counted),
    oldestEta: counted?.oldestEta ?? depth.oldestDue,
    // without a note nothing has been dispatched for an hour, so the bucket is full
    ...(noted ? { noted } : { noted: now, tokens: live.bucketSize ?? 0, inFlight: 0 }),
    ...(live.mode === 'pull' && counted ? { inFlight: counted.inFlight } : {}),
    ...(led ? { noted: now, tokens: led.level, inFlight: led.inFlight, enforcedRate: led.enforcedRate } : {}),
  };
}

function newest(sample: QueueDepth | null, counted: QueueDepth | undefined): QueueDepth | undefined {
  if (!sample || !counted) return sample ?? counted;
  return sample.at > counted.at ? sample : counted;
}

/** Only the tasks tell whether a queue backs off. */
function conditionOf(condition: QueueCondition, counted: CountedQueue | undefined): QueueCondition {
  const waits = counted?.condition === 'backing off' || counted?.condition === 'no target';
  return waits && (condition === 'running' || condition === 'lowered') ? counted.condition : condition;
}
