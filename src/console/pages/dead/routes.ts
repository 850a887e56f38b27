// Dead tasks, and acts on several of them.

import type { JobRunner } from '../../jobs/job-runner.ts';
import type { ConsoleRoute } from '../../route.ts';
import { actOnAll, actOnSelected, askAboutAll } from './dead-acts.ts';
import { deadPage } from './dead-page.ts';

export function deadRoutes(jobs: JobRunner): ConsoleRoute[] {
  const needs = { right: 'operate', checkedInside: true } as const;
  return [
    { method: 'GET', path: '/dead', needs: { right: 'read', checkedInside: true }, answer: deadPage },
    { method: 'GET', path: '/dead/all', needs, answer: askAboutAll },
    { method: 'POST', path: '/dead/all', needs, answer: (request) => actOnAll(request, jobs) },
    // where the browser is while it shows the question about what is ticked
    { method: 'GET', path: '/dead/selected', needs, answer: () => ({ goTo: 'dead' }) },
    { method: 'POST', path: '/dead/selected', needs, answer: (request) => actOnSelected(request, jobs) },
  ];
}
