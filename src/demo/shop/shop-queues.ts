// The queues of the sample shop, each in a state of its own: one keeps up, one fails now and then, one has all slots
// taken, one is held to a lower rate, one is leased by workers, and one is paused.

import type { TaskQueues } from '../../client/task-queues.ts';
import type { CronConfig } from '../../domain/cron/cron-config.ts';
import { QueueExistsError } from '../../domain/errors.ts';
import type { NewQueue } from '../../domain/queue.ts';

/** How a handler of the shop behaves. */
export type Behaviour = 'steady' | 'flaky' | 'slow' | 'busy';

export interface ShopQueue {
  name: string;
  settings: NewQueue;
  /** Of its handler; undefined: it is leased, or paused. */
  behaviour?: Behaviour;
  /** Tasks that are added each second, while fewer than `most` wait. */
  perSecond: number;
  most: number;
  payload: () => object;
}

export const PULL_QUEUE = 'shop-search';
export const PAUSED_QUEUE = 'shop-newsletter';

/** What failed is kept for an hour, so that the database stays small. */
const KEPT = { attemptRetentionSeconds: 3_600, deadRetentionSeconds: 3_600 };

const orderNumber = () => 10_000 + Math.floor(Math.random() * 90_000);

/** @param target the target of the sample application */
export function shopQueues(target: string): ShopQueue[] {
  const push = { ...KEPT, target };
  return [
    {
      ...{ name: 'shop-mail', behaviour: 'steady', perSecond: 3, most: 100 },
      settings: { ...push, rate: '10/s', bucketSize: 20, maxConcurrentRequests: 10 },
      payload: () => ({ order: orderNumber(), template: 'receipt' }),
    },
    {
      ...{ name: 'shop-invoices', behaviour: 'flaky', perSecond: 1, most: 100 },
      settings: { ...push, rate: '5/s', bucketSize: 5, retry: { taskRetryLimit: 4, minBackoffSeconds: 2 } },
      payload: () => ({ order: orderNumber(), total: '49.90 EUR' }),
    },
    {
      ...{ name: 'shop-thumbnails', behaviour: 'slow', perSecond: 2, most: 60 },
      settings: { ...push, rate: '20/s', bucketSize: 20, maxConcurrentRequests: 3 },
      payload: () => ({ photo: `photos/${orderNumber()}.jpg`, width: 320 }),
    },
    {
      ...{ name: 'shop-webhooks', behaviour: 'busy', perSecond: 2, most: 80 },
      settings: {
        ...push,
        rate: '20/s',
        bucketSize: 10,
        retry: { minBackoffSeconds: 1, maxBackoffSeconds: 20 },
      },
      payload: () => ({ event: 'order.paid', order: orderNumber() }),
    },
    {
      ...{ name: PULL_QUEUE, perSecond: 1, most: 40 },
      settings: { ...KEPT, mode: 'pull' },
      payload: () => ({ document: orderNumber() }),
    },
    {
      ...{ name: PAUSED_QUEUE, perSecond: 40, most: 40 },
      settings: { ...push, rate: '5/s' },
      payload: () => ({ reader: orderNumber() }),
    },
  ];
}

/** @param target the target of the sample application */
export function shopCrons(target: string): CronConfig {
  return {
    cron: [
      { name: 'shop-heartbeat', url: '/tasks/shop/steady', target, schedule: 'every 2 minutes' },
      {
        ...{ name: 'shop-digest', url: '/tasks/shop/steady', target, schedule: 'every monday 09:00' },
        ...{ timezone: 'Europe/Berlin', description: 'what was ordered last week' },
      },
    ],
  };
}

/** Creates the queues that do not exist. */
export async function createShopQueues(queues: TaskQueues, shop: readonly ShopQueue[]): Promise<void> {
  for (const { name, settings } of shop) {
    const isNew = await queues.createQueue(name, settings).then(
      () => true,
      (error) => {
        if (error instanceof QueueExistsError) return false;
        throw error;
      },
    );
    if (isNew && name === PAUSED_QUEUE)
      await queues.queue(name).pause({ reason: 'the spring issue is not approved yet' });
  }
}
