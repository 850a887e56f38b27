// One task, and acts on it.

import type { ConsoleRoute } from '../../route.ts';
import { askToDelete, download, remove, requeue, runNow } from './task-acts.ts';
import { taskCells, taskPage } from './task-page.ts';

export function taskRoutes(): ConsoleRoute[] {
  const path = '/queues/:queue/tasks/:name';
  const to = (right: 'read' | 'payload' | 'operate') => ({ right, queue: 'queue' });
  return [
    { method: 'GET', path, needs: to('read'), answer: taskPage, cells: taskCells },
    { method: 'GET', path: `${path}/payload`, needs: to('payload'), answer: download },
    { method: 'POST', path: `${path}/run`, needs: to('operate'), answer: runNow },
    { method: 'POST', path: `${path}/requeue`, needs: to('operate'), answer: requeue },
    { method: 'GET', path: `${path}/delete`, needs: to('operate'), answer: askToDelete },
    { method: 'POST', path: `${path}/delete`, needs: to('operate'), answer: remove },
  ];
}
