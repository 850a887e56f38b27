// The routes of the list of queues, of making one, and of one queue.

import type { ConsoleRoute } from '../../route.ts';
import { queueRoutes } from '../queue/queue-page.ts';
import { newQueueRoutes } from './new-queue.ts';
import { queuesPageRoutes } from './queues-page.ts';

export function queuesRoutes(): ConsoleRoute[] {
  return [...queuesPageRoutes(), ...newQueueRoutes(), ...queueRoutes()];
}
