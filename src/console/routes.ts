// All pages and acts of the console.

import type { HealthWatch } from './health/health-watch.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { addRoutes } from './pages/add/routes.ts';
import { auditRoutes } from './pages/audit/audit-page.ts';
import { cronRoutes } from './pages/cron/cron-page.ts';
import { deadRoutes } from './pages/dead/routes.ts';
import { dispatchersRoutes, type InFlightOf } from './pages/dispatchers/dispatchers-page.ts';
import { findRoutes } from './pages/find.ts';
import { healthPageRoutes } from './pages/health/health-page.ts';
import { jobsRoutes } from './pages/jobs/routes.ts';
import { keysRoutes } from './pages/keys.ts';
import { queuesRoutes } from './pages/queues/queues-routes.ts';
import { targetsRoutes } from './pages/targets/targets-page.ts';
import { taskRoutes } from './pages/task/routes.ts';
import { tasksRoutes } from './pages/tasks/routes.ts';
import { tokensRoutes } from './pages/tokens/tokens-page.ts';
import { tombstonesRoutes } from './pages/tombstones/tombstones-page.ts';
import type { ConsoleRoute } from './route.ts';

/** What some pages and acts need besides the database. */
export interface ConsoleServices {
  jobs: JobRunner;
  health: HealthWatch;
  /** The attempts of the queues that this process leads. */
  led: InFlightOf;
}

export function consoleRoutes({ jobs, health, led }: ConsoleServices): ConsoleRoute[] {
  return [
    ...queuesRoutes(),
    ...tasksRoutes(jobs),
    ...taskRoutes(),
    ...addRoutes(),
    ...deadRoutes(jobs),
    ...tombstonesRoutes(),
    ...jobsRoutes(),
    ...cronRoutes(),
    ...dispatchersRoutes(led),
    ...targetsRoutes(),
    ...tokensRoutes(),
    ...healthPageRoutes(health),
    ...findRoutes(),
    ...auditRoutes(),
    ...keysRoutes(),
  ];
}
