// All pages and acts of the console.

import type { HealthWatch } from './health/health-watch.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { findRoutes } from './pages/find.ts';
import { healthPageRoutes } from './pages/health/health-page.ts';
import { jobsRoutes } from './pages/jobs/routes.ts';
import { keysRoutes } from './pages/keys.ts';
import { queuesRoutes } from './pages/queues/queues-routes.ts';
import { taskRoutes } from './pages/task/routes.ts';
import { tasksRoutes } from './pages/tasks/routes.ts';
import type { ConsoleRoute } from './route.ts';

/** What some acts need besides the database. */
export interface ConsoleServices {
  jobs: JobRunner;
  health: HealthWatch;
}

export function consoleRoutes({ jobs, health }: ConsoleServices): ConsoleRoute[] {
  return [
    ...queuesRoutes(),
    ...tasksRoutes(jobs),
    ...taskRoutes(),
    ...jobsRoutes(),
    ...healthPageRoutes(health),
    ...findRoutes(),
    ...keysRoutes(),
  ];
}
