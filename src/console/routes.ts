// All pages and acts of the console.

import { keysRoutes } from './pages/keys.ts';
import { queuesRoutes } from './pages/queues.ts';
import type { ConsoleRoute } from './route.ts';

export function consoleRoutes(): ConsoleRoute[] {
  return [...queuesRoutes(), ...keysRoutes()];
}
