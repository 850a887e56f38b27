// Queues: what hurts, why, and when will it be over?

import { html } from 'hono/html';
import { listQueues } from '../../store/queues.ts';
import { isolated } from '../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from '../route.ts';

export function queuesRoutes(): ConsoleRoute[] {
  return [
    { method: 'GET', path: '', needs: 'known', answer: ({ context }) => context.redirect('/console/queues', 302) },
    { method: 'GET', path: '/queues', needs: { right: 'read', checkedInside: true }, answer: queuesPage },
  ];
}

async function queuesPage(request: ConsoleRequest): Promise<Page> {
  const queues = (await listQueues(request.executor)).filter(({ name }) => request.may('read', name));
  return {
    title: 'Queues',
    section: 'queues',
    body: html`<div class="head"><h1>Queues</h1></div>
<section class="panel" aria-label="All queues"><ul class="body">${queues.map(({ name }) => html`<li>${isolated(name)}</li>`)}</ul></section>`,
  };
}
