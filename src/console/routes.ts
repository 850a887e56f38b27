// All pages and acts of the console.

import type { JobRunner } from './jobs/job-runner.ts';
import { findRoutes } from './pages/find.ts';
import { jobsRoutes } from './pages/jobs/routes.ts';
import { keysRoutes } from './pages/keys.ts';
import { queuesRoutes } from './pages/queues.ts';
import { tasksRoutes } from './pages/tasks/routes.ts';
import type { ConsoleRoute } from './route.ts';

/** What some acts need besides the database. */
export interface ConsoleServices {
  jobs: JobRunner;
}

export function consoleRoutes({ jobs }: ConsoleServices): ConsoleRoute[] {
  return [...queuesRoutes(), ...tasksRoutes(jobs), ...jobsRoutes(), ...findRoutes(), ...keysRoutes()];
}
