// The limits of a push queue, with a forecast while one types.

import { html } from 'hono/html';
import { TaskQueueError } from '../../../domain/errors.ts';
import { updateQueue } from '../../../store/queues.ts';
import type { Html } from '../../html.ts';
import { formToken } from '../../parts/forms.ts';
import { queuePath } from '../../parts/paths.ts';
import type { ConsoleRequest, ConsoleRoute, Done } from '../../route.ts';
import type { QueueView } from './queue-view.ts';
import { queueView } from './queue-view.ts';
import { limitsOf, type TypedLimits, whatIf } from './what-if.ts';

export function limitsRoutes(): ConsoleRoute[] {
  const path = '/queues/:queue/limits';
  return [
    { method: 'POST', path: `${path}/forecast`, needs: { right: 'read', queue: 'queue' }, answer: forecast },
    { method: 'POST', path, needs: { right: 'admin', queue: 'queue' }, answer: applyLimits },
  ];
}

/** A form that asks for the forecast while somebody types; without scripts, its button applies what was typed. */
export function limitsPanel(request: ConsoleRequest, view: QueueView): Html {
  const { queue } = view;
  const { rate, bucketSize, slots } = limitsOf(queue);
  const path = queuePath(queue.name, 'limits');
  const field = (id: string, label: string, value: string) =>
    html`<div class="field"><label for="limit-${id}">${label}</label><input id="limit-${id}" name="${id}" value="${value}" autocomplete="off" spellcheck="false"></div>`;
  return html`<section class="panel" id="limits" aria-labelledby="h-limits"><header><h2 id="h-limits">Limits</h2><span class="small dim">also in queue.yaml</span></header><form class="body form" method="post" action="${path}" data-preview-at="${path}/forecast">${formToken(request)}
<div class="row">${field('rate', 'Rate', rate)}${field('bucket', 'Bucket size', bucketSize)}${field('slots', 'Concurrency', slots)}</div>
${whatIf(view, { rate, bucketSize, slots })}</form></section>`;
}

/** Of those that may not change them. */
export function limitsForReading({ queue }: QueueView): Html {
  const pair = (key: string, value: string | number | null) => html`<dt>${key}</dt><dd>${value ?? '—'}</dd>`;
  return html`<section class="panel" id="limits" aria-labelledby="h-limits"><header><h2 id="h-limits">Limits</h2></header><div class="body"><dl class="pairs">${pair('Rate', queue.rate)}${pair('Bucket size', queue.bucketSize)}${pair('Concurrency', queue.maxConcurrentRequests)}</dl></div></section>`;
}

async function forecast(request: ConsoleRequest): Promise<Response> {
  const view = await queueView(request);
  const present = limitsOf(view.queue);
  const fields = await request.form();
  const typed: TypedLimits = {
    rate: fields.get('rate') ?? present.rate,
    bucketSize: fields.get('bucket') ?? present.bucketSize,
    slots: fields.get('slots') ?? present.slots,
  };
  request.context.header('cache-control', 'no-store');
  return request.context.html(whatIf(view, typed));
}

async function applyLimits(request: ConsoleRequest): Promise<Done> {
  const name = request.param('queue');
  const fields = await request.form();
  const goTo = queuePath(name);
  try {
    const { rate, bucketSize, maxConcurrentRequests } = await updateQueue(request.executor, name, {
      ...(fields.get('rate') === undefined ? {} : { rate: fields.get('rate') as string }),
      bucketSize: Number(fields.get('bucket')),
      maxConcurrentRequests: Number(fields.get('slots')),
    });
    return { goTo, note: `Applied to ${name}: ${rate}, bucket of ${bucketSize}, ${maxConcurrentRequests} slots.` };
  } catch (error) {
    if (error instanceof TaskQueueError) return { goTo, note: `Not applied: ${error.message}.` };
    throw error;
  }
}
