// Queue: which stage holds the work back, and what if I change it? Of a pull queue: who holds what until when?

import { html } from 'hono/html';
import type { Cells, Html } from '../../html.ts';
import { linkButton } from '../../parts/forms.ts';
import { queuePath, withQuery } from '../../parts/paths.ts';
import { statePill } from '../../parts/state.ts';
import { isolated, visible } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from '../../route.ts';
import { outlookOf } from '../queues/outlook.ts';
import { actRoutes, pausePanel, someTasks } from './acts.ts';
import { chartsPanel } from './charts.ts';
import { errorsPanel } from './errors-panel.ts';
import { leasesPanel, tagsPanel } from './lease-panels.ts';
import { limitsForReading, limitsPanel, limitsRoutes } from './limits.ts';
import { pathPanel, pullFigures } from './path-panel.ts';
import { pointsOf, type QueueView, queueView } from './queue-view.ts';
import { rangeNamed } from './ranges.ts';

export function queueRoutes(): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/queues/:queue',
      needs: { right: 'read', queue: 'queue' },
      answer: queuePage,
      cells: queueCells,
    },
    ...limitsRoutes(),
    ...actRoutes(),
  ];
}

async function queueCells(request: ConsoleRequest): Promise<Cells> {
  return cellsOf(request, await queueView(request));
}

async function cellsOf(request: ConsoleRequest, view: QueueView): Promise<Cells> {
  const { queue, now } = view;
  const range = rangeNamed(request.query('range'));
  const isPull = queue.mode === 'pull';
  const mayOperate = request.may('operate', queue.name);
  const [points, errors] = await Promise.all([
    pointsOf(request, view.kept, queue.name, range),
    errorsPanel(request, view),
  ]);
  const ofPull: [string, Html][] = isPull
    ? [
        ['leases', await leasesPanel(request, view)],
        ['tags', await tagsPanel(request, view)],
      ]
    : [];
  return new Map([
    ['queue-head', head(request, view)],
    ['queue-path', isPull ? pullFigures(view) : pathPanel(view)],
    ...ofPull,
    ['queue-charts', chartsPanel(queue, points, range, now)],
    ['errors', errors],
    ...(mayOperate ? [['pause', pausePanel(request, view)] as [string, Html]] : []),
  ]);
}

async function queuePage(request: ConsoleRequest): Promise<Page> {
  const view = await queueView(request);
  const { queue } = view;
  const cells = await cellsOf(request, view);
  const shown = (...ids: string[]) => ids.map((id) => cells.get(id) ?? '');
  const limits =
    queue.mode === 'pull' ? '' : request.may('admin', queue.name) ? limitsPanel(request, view) : limitsForReading(view);
  return {
    title: queue.name,
    section: 'queues',
    body: html`<nav class="crumbs" aria-label="Where"><a href="queues">Queues</a><span aria-hidden="true">/</span><span>${isolated(queue.name)}</span></nav>
${shown('queue-head', 'queue-path')}
<div class="grid side"><div class="grid">${shown('leases', 'tags', 'queue-charts', 'errors')}</div><div class="grid">${limits}${shown('pause')}</div></div>`,
  };
}

function head(request: ConsoleRequest, { queue, now }: QueueView): Html {
  const { tone, icon, word, cause, more } = outlookOf(queue, now);
  const [name, path] = [queue.name, queuePath(queue.name)];
  const mayOperate = request.may('operate', name);
  const target = queue.target
    ? html`push to <code>${visible(queue.target)}</code>`
    : 'push, each task names its target';
  const said = more === word ? [] : [html`${cause}${more}`];
  const about = [...(queue.mode === 'pull' ? [] : [target]), ...said];
  return html`<div class="head" id="queue-head"><h1>${isolated(name)}</h1>${statePill({ tone, icon, word })}<span class="small dim">${about.map((part, i) => html`${i > 0 ? ' · ' : ''}${part}`)}</span>
<div class="acts">${linkButton(withQuery('tasks', { queue: name }), { label: someTasks(queue.depth.tasks), icon: 'tasks' })}${mayOperate ? html`<a class="btn" href="${path}#pause" data-key="p">${queue.state === 'paused' ? 'Resume…' : 'Pause…'}</a>` : ''}${mayOperate ? linkButton(`${path}/purge`, { label: 'Purge…', icon: 'bin', kind: 'risk' }, true) : ''}${request.may('admin', name) ? linkButton(`${path}/delete`, { label: 'Delete…', kind: 'risk' }, true) : ''}${request.may('enqueue', name) ? linkButton(withQuery('add', { queue: name }), { label: 'Add a task', icon: 'add', kind: 'main' }) : ''}</div></div>`;
}
