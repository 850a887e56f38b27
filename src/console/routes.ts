// All pages and acts of the console.

import type { HealthWatch } from './health/health-watch.ts';
import { auditRoutes } from './pages/audit/audit-page.ts';
import { cronRoutes } from './pages/cron/cron-page.ts';
import { dispatchersRoutes, type InFlightOf } from './pages/dispatchers/dispatchers-page.ts';
import { healthPageRoutes } from './pages/health/health-page.ts';
import { queuesRoutes } from './pages/queues.ts';
import { targetsRoutes } from './pages/targets/targets-page.ts';
import { tokensRoutes } from './pages/tokens/tokens-page.ts';
import type { ConsoleRoute } from './route.ts';

/** What pages show besides what they ask the database for. */
export interface ConsoleSources {
  health: HealthWatch;
  /** The queues that this process leads; default: none. */
  led?: InFlightOf | undefined;
}

export function consoleRoutes({ health, led = () => [] }: ConsoleSources): ConsoleRoute[] {
  return [
    ...queuesRoutes(),
    ...cronRoutes(),
    ...dispatchersRoutes(led),
    ...targetsRoutes(),
    ...tokensRoutes(),
    ...healthPageRoutes(health),
    ...auditRoutes(),
  ];
}
