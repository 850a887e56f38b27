// Lists of tasks, and acts on several of them.

import type { JobRunner } from '../../jobs/job-runner.ts';
import type { ConsoleRoute } from '../../route.ts';
import { actOnTasks } from './bulk-acts.ts';
import { tasksChooser } from './chooser.ts';
import { tasksCells, tasksPage } from './tasks-page.ts';

export function tasksRoutes(jobs: JobRunner): ConsoleRoute[] {
  const path = '/queues/:queue/tasks';
  return [
    { method: 'GET', path: '/tasks', needs: { right: 'read', checkedInside: true }, answer: tasksChooser },
    { method: 'GET', path, needs: { right: 'read', queue: 'queue' }, answer: tasksPage, cells: tasksCells },
    {
      ...{ method: 'POST', path, needs: { right: 'operate', queue: 'queue' } },
      answer: (request) => actOnTasks(request, jobs),
    },
  ];
}
