// The page of a job, and its end.

import type { Job } from '../../../domain/job.ts';
import { HttpError } from '../../../http/http-error.ts';
import { cancelJob, findJob } from '../../../store/jobs.ts';
import type { ConsoleRequest, ConsoleRoute, Done } from '../../route.ts';
import { jobCells, jobPage } from './job-page.ts';

export function jobsRoutes(): ConsoleRoute[] {
  return [
    {
      ...{ method: 'GET', path: '/jobs/:id', needs: { right: 'read', checkedInside: true } },
      answer: async (request) => jobPage(request, await jobOf(request, 'read')),
      cells: async (request) => jobCells(await jobOf(request, 'read')),
    },
    {
      ...{ method: 'POST', path: '/jobs/:id/cancel', needs: { right: 'operate', checkedInside: true } },
      answer: cancel,
    },
  ];
}

async function cancel(request: ConsoleRequest): Promise<Done> {
  const job = await jobOf(request, 'operate');
  const cancelled = await cancelJob(request.executor, job.id);
  return {
    goTo: `jobs/${job.id}`,
    note: cancelled ? 'Cancelled. What was done stays done.' : 'It had ended already.',
  };
}

/** A job on a queue that the caller may not see is one that does not exist. */
async function jobOf(request: ConsoleRequest, right: 'read' | 'operate'): Promise<Job> {
  const id = request.param('id');
  const job = /^\d{1,18}$/.test(id) ? await findJob(request.executor, id) : undefined;
  if (!job || !request.may(right, job.queue)) throw new HttpError(404, `there is no job ${id}`);
  return job;
}
