// All pages and acts of the console.

import { queuesRoutes } from './pages/queues/queues-routes.ts';
import type { ConsoleRoute } from './route.ts';

export function consoleRoutes(): ConsoleRoute[] {
  return [...queuesRoutes()];
}
