// Queues: what hurts, why, and when will it be over?

import { html } from 'hono/html';
import type { Cells, Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import type { Snapshot } from '../../live/snapshots.ts';
import { count, decimal } from '../../parts/figures.ts';
import { linkButton } from '../../parts/forms.ts';
import { icon } from '../../parts/icons.ts';
import { age, relativeTime } from '../../parts/moments.ts';
import { empty, source } from '../../parts/notes.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from '../../route.ts';
import { FIRST_QUEUE } from './first-queue.ts';
import { hurtPanel } from './hurts.ts';
import {
  listPath,
  listView,
  type QueueList,
  queueList,
  SHOWN,
  type ShownQueues,
  SORTS,
  type Sort,
} from './queue-list.ts';
import { queueRow, rowId } from './queue-row.ts';

export function queuesPageRoutes(): ConsoleRoute[] {
  const needs = { right: 'read', checkedInside: true } as const;
  return [
    { method: 'GET', path: '', needs: 'known', answer: () => ({ goTo: 'queues' }) },
    { method: 'GET', path: '/queues', needs, answer: queuesPage, cells: queuesCells },
  ];
}

interface Listed {
  request: ConsoleRequest;
  snapshot: Snapshot;
  /** All that the caller may read. */
  own: readonly QueueNow[];
  list: QueueList;
}

async function listed(request: ConsoleRequest): Promise<Listed> {
  const snapshot = await request.snapshot();
  const own = snapshot.queues.filter(({ name }) => request.may('read', name));
  return { request, snapshot, own, list: queueList(own, listView(request), snapshot.at) };
}

async function queuesCells(request: ConsoleRequest): Promise<Cells> {
  return cellsOf(await listed(request));
}

async function cellsOf({ request, snapshot, own, list }: Listed): Promise<Cells> {
  const now = snapshot.at;
  const past = await snapshot.past([...list.queues, ...list.hurting].map(({ name }) => name));
  const pastOf = ({ name }: QueueNow) => past.get(name) ?? [];
  const hurts = list.hurting.map((queue) => hurtPanel(queue, pastOf(queue), now));
  return new Map<string, Html>([
    [
      'queues-hurts',
      html`<section class="hurts" id="queues-hurts" aria-label="What hurts" aria-live="polite">${hurts}</section>`,
    ],
    ['queues-facts', facts(own, now)],
    ['queues-filter', filter(list)],
    ...list.queues.map((queue): [string, Html] => [rowId(queue.name), queueRow(queue, pastOf(queue), now)]),
    ['queues-foot', foot(request, snapshot, list)],
  ]);
}

async function queuesPage(request: ConsoleRequest): Promise<Page> {
  const all = await listed(request);
  const cells = await cellsOf(all);
  const rows = all.list.queues.map(({ name }) => cells.get(rowId(name)) ?? '');
  const add = request.may('admin') ? linkButton('new-queue', { label: 'New queue', icon: 'queues' }) : '';
  const task = request.may('enqueue') ? linkButton('add', { label: 'Add a task', icon: 'add', kind: 'main' }) : '';
  return {
    title: 'Queues',
    section: 'queues',
    body: html`<div class="head"><h1>Queues</h1><div class="acts">${add}${task}</div></div>
${cells.get('queues-hurts') ?? ''}${cells.get('queues-facts') ?? ''}
<section class="panel" aria-label="All queues">
<div class="filter">${cells.get('queues-filter') ?? ''}${sortBy(all.list)}</div>
${rows.length > 0 ? table(all.list, rows) : nothing(all)}
${cells.get('queues-foot') ?? ''}
</section>`,
  };
}

function facts(queues: readonly QueueNow[], now: Date): Html {
  const sum = (of: (queue: QueueNow) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  const failed = sum(({ lastMinute }) => lastMinute.failed);
  const ended = failed + sum(({ lastMinute }) => lastMinute.succeeded);
  const dead = sum(({ lastMinute }) => lastMinute.dead);
  const oldest = queues.flatMap(({ depth, state }) =>
    depth.oldestDue && state !== 'disabled' ? [depth.oldestDue] : [],
  );
  const first = oldest.length > 0 ? new Date(Math.min(...oldest.map((at) => at.getTime()))) : undefined;
  return html`<dl class="facts" id="queues-facts"><div><dt>Tasks</dt><dd>${count(sum(({ depth }) => depth.tasks))}</dd></div>
<div><dt>Dispatched now</dt><dd>${decimal(sum(({ lastTenSeconds }) => lastTenSeconds.started) / 10)} <small>a second</small></dd></div>
<div><dt>In flight or leased</dt><dd>${count(sum(({ inFlight }) => inFlight))}</dd></div>
<div><dt>Failed in the last minute</dt><dd>${count(failed)} <small>of ${count(ended)}</small></dd></div>
<div><dt>Died in the last minute</dt><dd>${count(dead)}</dd></div>
<div><dt>Oldest due</dt><dd>${first ? age(first, now) : html`<small>none waits</small>`}</dd></div></dl>`;
}

function filter({ view, numbers }: QueueList): Html {
  const link = (show: ShownQueues) =>
    html`<a href="${listPath({ ...view, show, page: 1 })}"${show === view.show ? html` aria-current="true"` : ''}>${SHOWN[show]} ${count(numbers[show])}</a>`;
  return html`<nav class="seg" id="queues-filter" aria-label="Show">${(Object.keys(SHOWN) as ShownQueues[]).map(link)}</nav>`;
}

/** A script submits it when another order is chosen; without, its button does. */
function sortBy({ view }: QueueList): Html {
  const option = (sort: Sort) =>
    html`<option value="${sort}"${sort === view.sort ? html` selected` : ''}>${SORTS[sort]}</option>`;
  const show = view.show === 'all' ? '' : html`<input type="hidden" name="show" value="${view.show}">`;
  return html`<form class="sortby small dim" action="queues" data-submit-on-change>${show}<label for="sort">Sort by</label><select id="sort" name="sort">${(Object.keys(SORTS) as Sort[]).map(option)}</select><button class="btn" type="submit">Sort</button></form>`;
}

function table({ view }: QueueList, rows: readonly (Html | string)[]): Html {
  const head = (label: string, sort?: Sort, kind = '') =>
    sort === undefined
      ? html`<th scope="col" role="columnheader" class="${kind}">${label}</th>`
      : html`<th scope="col" role="columnheader" class="${kind}"${view.sort === sort ? html` aria-sort="${sort === 'name' || sort === 'oldest' ? 'ascending' : 'descending'}"` : ''}><a class="sort" href="${listPath({ ...view, sort, page: 1 })}">${label}</a></th>`;
  return html`<table class="queues cards" role="table"><caption class="sr">Queues, sorted by ${SORTS[view.sort]}</caption>
<thead role="rowgroup"><tr role="row">${head('Queue', 'name')}${head('Tasks, last hour', 'tasks', 'num')}${head('Oldest', 'oldest', 'num')}${head('Token bucket')}${head('Rate now')}${head('In flight')}${head('Failed, 1 min', undefined, 'num')}${head('Run, 1 min', undefined, 'num more')}${head('Drains in', 'drain', 'num')}</tr></thead>
<tbody role="rowgroup" id="queues-rows" data-rows="q-">${rows}</tbody></table>`;
}

function nothing({ own, list, request }: Listed): Html {
  if (own.length > 0)
    return empty(
      `No queue is ${SHOWN[list.view.show].toLowerCase()}.`,
      html`<a class="btn" href="queues">Show all ${count(own.length)}</a>`,
    );
  if (!request.may('read'))
    return empty('There is no queue that you may read.', 'A token is for certain queues, and none of them exists now.');
  return empty(
    'There are no queues.',
    'A queue limits how fast its tasks start, and how many at a time. Create one, then add a task in your transaction:',
    source('SQL', FIRST_QUEUE),
  );
}

function foot(request: ConsoleRequest, { deleted, at }: Snapshot, { view, pages, total }: QueueList): Html {
  const seen = deleted.filter(({ queue }) => request.may('read', queue)).slice(0, 5);
  const gone = seen.map(
    ({ queue, free }) => html`<b>${isolated(queue)}</b>, its name is free again ${relativeTime(free, at)}. `,
  );
  const step = (page: number, label: string) =>
    page >= 1 && page <= pages ? html`<a href="${listPath({ ...view, page })}">${label}</a> ` : '';
  const paging =
    pages > 1
      ? html`<span>${step(view.page - 1, 'Previous')}Page ${view.page} of ${pages}, ${count(total)} queues ${step(view.page + 1, 'Next')}</span>`
      : '';
  return html`<p class="foot" id="queues-foot"><span>${gone.length > 0 ? html`${icon('tombstone')} Deleted: ${gone}` : ''}</span>${paging}</p>`;
}
