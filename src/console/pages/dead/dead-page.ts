// Dead tasks: what ran out of retries, and shall it be put back?

import { html } from 'hono/html';
import type { ListedDeadTask } from '../../../domain/found-task.ts';
import { findDeadTask, pageOfDeadTasks } from '../../../store/dead-tasks.ts';
import type { Html } from '../../html.ts';
import { readableQueues } from '../../live/readable-queues.ts';
import { answerCode } from '../../parts/answer-code.ts';
import { count } from '../../parts/figures.ts';
import { actButton, formToken } from '../../parts/forms.ts';
import { icon } from '../../parts/icons.ts';
import { relativeTime } from '../../parts/moments.ts';
import { empty } from '../../parts/notes.ts';
import { queuePath, taskPath, withQuery } from '../../parts/paths.ts';
import { statePill } from '../../parts/state.ts';
import { isolated, visible } from '../../parts/text.ts';
import type { ConsoleRequest, Page } from '../../route.ts';
import { clippedName } from '../tasks/task-rows.ts';

const PAGE_SIZE = 50;

interface DeadList {
  /** The queues that the caller may read. */
  queues: readonly string[];
  /** Undefined: all of them. */
  queue: string | undefined;
  name: string | undefined;
  after: string | undefined;
  tasks: readonly ListedDeadTask[];
  /** Where the next page begins. */
  next: string | undefined;
}

export async function deadPage(request: ConsoleRequest): Promise<Page> {
  const list = await readList(request);
  const { queue } = list;
  return {
    title: queue === undefined ? 'Dead tasks' : `Dead tasks of ${queue}`,
    section: 'dead',
    body: html`<div class="head"><h1>Dead tasks${queue === undefined ? '' : html` of ${isolated(queue)}`}</h1>${requeueAll(request, list)}<p>They ran out of retries. Each is kept with its body until it expires, so that it can be put back.</p></div>
<section class="panel" aria-label="Dead tasks">${search(list)}${bulk(request, list)}${list.tasks.length > 0 ? table(request, list) : nothing(list)}${foot(list)}</section>`,
  };
}

async function readList(request: ConsoleRequest): Promise<DeadList> {
  const { executor } = request;
  const queues = await readableQueues(request);
  const asked = request.query('queue');
  const queue = asked !== undefined && queues.includes(asked) ? asked : undefined;
  const [name, after] = [request.query('name'), request.query('after')];
  const page =
    name !== undefined && queue !== undefined
      ? await named(request, queue, name)
      : await pageOfDeadTasks(executor, queue === undefined ? queues : [queue], { after, limit: PAGE_SIZE + 1 });
  const tasks = page.slice(0, PAGE_SIZE);
  return { queues, queue, name, after, tasks, next: page.length > PAGE_SIZE ? tasks.at(-1)?.position : undefined };
}

async function named({ executor }: ConsoleRequest, queue: string, name: string): Promise<ListedDeadTask[]> {
  const found = await findDeadTask(executor, queue, name);
  return found ? [{ ...found, position: '' }] : [];
}

function search({ queues, queue, name }: DeadList): Html {
  const option = (one: string) => html`<option value="${one}" ${one === queue ? html`selected` : ''}>${one}</option>`;
  return html`<form class="filter" action="dead"><label class="sr" for="dead-queue">Queue</label><select id="dead-queue" name="queue"><option value="">All queues</option>${queues.map(option)}</select>
<div class="tokens">${icon('find')}<input type="search" name="name" value="${name ?? ''}" aria-label="Whole name" placeholder="whole name, within a queue" autocomplete="off" spellcheck="false"></div><button class="btn" type="submit">Find</button></form>`;
}

function requeueAll(request: ConsoleRequest, { queue, tasks, name }: DeadList): Html | string {
  if (queue === undefined || name !== undefined || tasks.length === 0 || !request.may('operate', queue)) return '';
  const way = (act: string) => withQuery('dead/all', { queue, act });
  return html`<div class="acts"><a class="btn main" href="${way('requeue')}" data-dialog>${icon('again')}Requeue all…</a><a class="btn risk" href="${way('delete_dead')}" data-dialog>${icon('bin')}Delete all…</a></div>`;
}

function bulk(request: ConsoleRequest, { queue, tasks }: DeadList): Html | string {
  if (queue === undefined || tasks.length === 0 || !request.may('operate', queue)) return '';
  return html`<form class="bulk" id="bulk" method="post" action="dead/selected" aria-label="Selected tasks" data-bulk>${formToken(request)}<input type="hidden" name="queue" value="${queue}">
<span><b data-bulk-count>Tick tasks</b><span data-bulk-where> to act on them</span>. <button class="link" type="reset" data-bulk-clear hidden>clear</button></span>
<div class="acts"><button class="btn" type="submit" name="act" value="requeue">${icon('again')}Requeue</button><button class="btn risk" type="submit" name="act" value="delete_dead">${icon('bin')}Delete…</button></div></form>`;
}

function table(request: ConsoleRequest, { queue, tasks }: DeadList): Html {
  const selectable = queue !== undefined && request.may('operate', queue);
  const head = (text: string, kind = '') => html`<th scope="col" role="columnheader" class="${kind}">${text}</th>`;
  const now = new Date();
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Dead task list"><table class="tasks dead cards" role="table"><caption class="sr">Dead tasks, the latest first</caption><thead role="rowgroup"><tr role="row">
${selectable ? html`<th scope="col" role="columnheader"><input type="checkbox" data-select-page aria-label="Select this page" hidden></th>` : ''}
${head('Name')}${queue === undefined ? head('Queue') : ''}${head('Last answer')}${head('What was said')}${head('Attempts', 'num')}${head('Died', 'num')}${head('Expires', 'num')}<th scope="col" role="columnheader"><span class="sr">Acts</span></th></tr></thead>
<tbody role="rowgroup">${tasks.map((task) => row(request, task, { selectable, now, withQueue: queue === undefined }))}</tbody></table></div>`;
}

function row(
  request: ConsoleRequest,
  task: ListedDeadTask,
  { selectable, now, withQueue }: { selectable: boolean; now: Date; withQueue: boolean },
): Html {
  const { queue, name, reason, error, response, lastStatus } = task;
  const words = error ?? (request.may('payload', queue) ? response : null) ?? reason;
  const acts = request.may('operate', queue)
    ? actButton(request, taskPath(queue, name, 'requeue'), { label: 'Requeue', icon: 'again' })
    : '';
  return html`<tr role="row" data-row>${selectable ? html`<td role="cell" class="c-box"><input type="checkbox" name="name" value="${name}" form="bulk" aria-label="Select ${name}"></td>` : ''}
<th role="rowheader" scope="row" class="c-name"><a class="tname" href="${taskPath(queue, name)}" title="${name}">${isolated(clippedName(name))}</a></th>
${withQueue ? html`<td role="cell" class="c-queue"><a class="plain" href="${queuePath(queue)}">${isolated(queue)}</a></td>` : ''}
<td role="cell" class="c-state">${answerCode(lastStatus)}</td><td role="cell" class="c-url"><span class="clip small" title="${visible(words)}">${visible(words)}</span></td>
<td role="cell" class="num drop-s">${count(task.retryCount)}</td><td role="cell" class="num c-eta">${relativeTime(task.died, now)}</td><td role="cell" class="num drop-s dim">${relativeTime(task.expires, now)}</td><td role="cell" class="c-act">${acts}</td></tr>`;
}

function nothing({ queue, name }: DeadList): Html {
  if (name !== undefined)
    return queue === undefined
      ? empty('Choose a queue to find a task by its name.', 'Names belong to queues.')
      : empty(`No dead task of ${queue} has this name.`, 'It may have been requeued, or have expired.');
  return html`<div class="empty">${statePill({ tone: 'good', icon: 'fine', word: 'No dead tasks' })}<p>A task that runs out of retries is kept here, with its body, for as long as its queue says, so that it can be put back.</p></div>`;
}

function foot({ queue, after, next, tasks }: DeadList): Html | string {
  if (tasks.length === 0) return '';
  return html`<p class="foot"><span>${count(tasks.length)} shown, the latest first</span><span class="acts">${after === undefined ? '' : html`<a class="btn" href="${withQuery('dead', { queue })}">First</a>`}${next === undefined ? '' : html`<a class="btn" href="${withQuery('dead', { queue, after: next })}">Earlier ${icon('next')}</a>`}</span></p>`;
}
