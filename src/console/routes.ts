// All pages and acts of the console.

import type { HealthWatch } from './health/health-watch.ts';
import { healthPageRoutes } from './pages/health/health-page.ts';
import { queuesRoutes } from './pages/queues.ts';
import type { ConsoleRoute } from './route.ts';

/** What pages show besides what they ask the database for. */
export interface ConsoleSources {
  health: HealthWatch;
}

export function consoleRoutes({ health }: ConsoleSources): ConsoleRoute[] {
  return [...queuesRoutes(), ...healthPageRoutes(health)];
}
