import type { DispatcherQueue } from '../../src/domain/queue.ts';

/** A running push queue of which nothing has been dispatched. */
export function aDispatcherQueue(changes: Partial<DispatcherQueue> = {}): DispatcherQueue {
  return {
    id: 1,
    name: 'mail',
    mode: 'push',
    enforcedRate: null,
    rateSince: '0',
    restedSeconds: null,
    purged: false,
    rate: 5,
    bucketSize: 5,
    maxConcurrentRequests: 1000,
    running: true,
    others: [],
    ...changes,
  };
}
