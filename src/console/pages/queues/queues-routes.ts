// The routes of the list of queues, and of making one.

import type { ConsoleRoute } from '../../route.ts';
import { newQueueRoutes } from './new-queue.ts';
import { queuesPageRoutes } from './queues-page.ts';

export function queuesRoutes(): ConsoleRoute[] {
  return [...queuesPageRoutes(), ...newQueueRoutes()];
}
