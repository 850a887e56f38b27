// What people do to a queue: pause, resume, purge, delete. Each act goes through the store and into the audit.

import { html } from 'hono/html';
import { deleteQueue, describeQueue, pauseQueue, purgeQueue, resumeQueue } from '../../../store/queues.ts';
import type { Html } from '../../html.ts';
import { count } from '../../parts/figures.ts';
import { actButton, formToken, question, requireTyped, submit } from '../../parts/forms.ts';
import { queuePath } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from '../../route.ts';
import type { QueueView } from './queue-view.ts';

export function actRoutes(): ConsoleRoute[] {
  const [operate, admin] = [{ right: 'operate', queue: 'queue' } as const, { right: 'admin', queue: 'queue' } as const];
  return [
    { method: 'POST', path: '/queues/:queue/pause', needs: operate, answer: pauseIt },
    { method: 'POST', path: '/queues/:queue/resume', needs: operate, answer: resumeIt },
    { method: 'GET', path: '/queues/:queue/purge', needs: operate, answer: askPurge },
    { method: 'POST', path: '/queues/:queue/purge', needs: operate, answer: purgeIt },
    { method: 'GET', path: '/queues/:queue/delete', needs: admin, answer: askDelete },
    { method: 'POST', path: '/queues/:queue/delete', needs: admin, answer: deleteIt },
  ];
}

/** Minutes by the values of the form; null: until resumed. */
const PAUSES: Record<string, { label: string; minutes: number | null }> = {
  '30': { label: '30 minutes', minutes: 30 },
  '60': { label: '1 hour', minutes: 60 },
  '480': { label: '8 hours', minutes: 480 },
  '': { label: 'Until resumed', minutes: null },
};

export function pausePanel(request: ConsoleRequest, { queue }: QueueView): Html {
  const path = queuePath(queue.name, 'pause');
  const isPaused = queue.state === 'paused';
  const options = Object.entries(PAUSES).map(([value, { label }]) => html`<option value="${value}">${label}</option>`);
  const effect = `${count(queue.inFlight)} in flight finish; ${count(queue.depth.due)}${queue.depth.due >= 100 ? '+' : ''} wait; adding goes on`;
  const resume = isPaused
    ? actButton(request, queuePath(queue.name, 'resume'), { label: `Resume ${queue.name}`, icon: 'run', kind: 'main' })
    : '';
  return html`<section class="panel" id="pause" aria-labelledby="h-pause"><header><h2 id="h-pause">${isPaused ? 'Paused' : 'Pause'}</h2>${resume}</header><form class="body form" method="post" action="${path}">${formToken(request)}<div class="field"><label for="pause-reason">Reason, shown to everyone</label><input id="pause-reason" name="reason" autocomplete="off" maxlength="500" value="${isPaused ? (queue.pausedReason ?? '') : ''}"></div><div class="row"><div class="field"><label for="pause-for">For</label><select id="pause-for" name="minutes">${options}</select></div><div class="field"><span class="label">Effect</span><span class="small dim">${effect}</span></div></div><div class="acts">${submit({ label: isPaused ? 'Change the pause' : `Pause ${queue.name}`, icon: 'pause' })}</div></form></section>`;
}

async function pauseIt(request: ConsoleRequest): Promise<Done> {
  const name = request.param('queue');
  const fields = await request.form();
  const { minutes, label } = PAUSES[fields.get('minutes') ?? ''] ?? { minutes: null, label: '' };
  const until = minutes === null ? undefined : new Date(Date.now() + minutes * 60_000);
  await pauseQueue(request.executor, name, { reason: fields.get('reason'), until });
  return {
    goTo: queuePath(name),
    note: `Paused ${name}${minutes === null ? ' until it is resumed' : ` for ${label}`}.`,
  };
}

async function resumeIt(request: ConsoleRequest): Promise<Done> {
  const name = request.param('queue');
  await resumeQueue(request.executor, name);
  return { goTo: queuePath(name), note: `Resumed ${name}.` };
}

function asked(name: string, form: Html): Page {
  return {
    ...{ title: name, section: 'queues' },
    body: html`<nav class="crumbs" aria-label="Where"><a href="queues">Queues</a><span aria-hidden="true">/</span><a href="${queuePath(name)}">${isolated(name)}</a></nav>${form}`,
  };
}

export const someTasks = (tasks: number) => `${count(tasks)} ${tasks === 1 ? 'task' : 'tasks'}`;

async function askPurge(request: ConsoleRequest): Promise<Page> {
  const name = request.param('queue');
  const { tasks, due, scheduled, inFlight } = await describeQueue(request.executor, name);
  const some = (value: number) => (value >= 100 ? 'at least 100' : count(value));
  const text = html`<b>${someTasks(tasks)}</b> ${tasks === 1 ? 'is' : 'are'} deleted: ${some(due)} due, ${some(scheduled)} for later, ${count(inFlight)} in flight. Attempts in flight finish; their answers are ignored. Names stay taken.`;
  return asked(
    name,
    question(request, {
      ...{ title: `Purge ${name}?`, text, action: queuePath(name, 'purge'), typed: name, back: queuePath(name) },
      button: { label: `Purge ${someTasks(tasks)}`, kind: 'risk', icon: 'bin' },
    }),
  );
}

async function purgeIt(request: ConsoleRequest): Promise<Done> {
  const name = request.param('queue');
  requireTyped(await request.form(), name);
  const removed = await purgeQueue(request.executor, name);
  return { goTo: queuePath(name), note: `Purged ${someTasks(removed)} of ${name}.` };
}

async function askDelete(request: ConsoleRequest): Promise<Page> {
  const name = request.param('queue');
  const { tasks } = await describeQueue(request.executor, name);
  const text = html`The queue and its <b>${someTasks(tasks)}</b> are deleted, with its dead tasks and its past. Its name is free again after seven days.`;
  return asked(
    name,
    question(request, {
      ...{ title: `Delete ${name}?`, text, action: queuePath(name, 'delete'), typed: name, back: queuePath(name) },
      button: { label: `Delete ${name}`, kind: 'risk', icon: 'bin' },
    }),
  );
}

async function deleteIt(request: ConsoleRequest): Promise<Done> {
  const name = request.param('queue');
  requireTyped(await request.form(), name);
  const removed = await deleteQueue(request.executor, name);
  return { goTo: 'queues', note: `Deleted ${name} and ${someTasks(removed)}.` };
}
