// The bucket of a queue whose leadership this process takes over: never fuller than the one it was. What another leader has taken is not on record, only when
// it was at the latest: since then tokens are gained. No record: full.

import type { DispatcherQueue } from '../domain/queue.ts';
import { Bucket } from './bucket.ts';

type Rested = Pick<DispatcherQueue, 'rate' | 'bucketSize' | 'restedSeconds'>;

export function rebuiltBucket(queue: Rested, now: number): Bucket {
  const limits = { rate: queue.rate, capacity: queue.bucketSize };
  const bucket = new Bucket(limits, now);
  if (queue.restedSeconds !== null) bucket.lowerTo(Math.max(0, queue.restedSeconds) * queue.rate, now);
  return bucket;
}
