// What the find box leads to: a queue or a task, by its whole name.

import { html } from 'hono/html';
import { queuesOfTask } from '../../store/find-task.ts';
import { linkButton } from '../parts/forms.ts';
import { empty } from '../parts/notes.ts';
import { queuePath, taskPath } from '../parts/paths.ts';
import { isolated } from '../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, GoTo, Page } from '../route.ts';

/** Longer names than any task can have are looked up for nothing. */
const LONGEST_NAME = 500;

interface Found {
  path: string;
  /** What it is, before its name. */
  kind: string;
  name: string;
}

export function findRoutes(): ConsoleRoute[] {
  return [{ method: 'GET', path: '/find', needs: { right: 'read', checkedInside: true }, answer: find }];
}

async function find(request: ConsoleRequest): Promise<Page | GoTo> {
  const name = request.query('q')?.trim() ?? '';
  const queues = (await request.snapshot()).queues
    .map((queue) => queue.name)
    .filter((queue) => request.may('read', queue));
  const found: Found[] = [];
  if (queues.includes(name)) found.push({ path: queuePath(name), kind: 'queue', name });
  if (name !== '' && name.length <= LONGEST_NAME)
    for (const queue of await queuesOfTask(request.executor, name, queues))
      found.push({ path: taskPath(queue, name), kind: 'task of', name: queue });
  const [only, ...others] = found;
  if (only && others.length === 0) return { goTo: only.path };
  return { title: 'Find', section: undefined, body: only ? listed(name, found) : nothing(name) };
}

function listed(name: string, found: readonly Found[]) {
  return html`<div class="head"><h1>${isolated(name)}</h1><p>is the name of several things.</p></div>
<section class="panel"><ul class="body">${found.map((each) => html`<li><a href="${each.path}">${each.kind} ${isolated(each.name)}</a></li>`)}</ul></section>`;
}

function nothing(name: string) {
  const title = name === '' ? 'Type the name of a queue or a task.' : html`Nothing is called ${isolated(name)}.`;
  const looked = 'Whole names of queues and tasks were looked up, in the queues that you may read. ';
  const ways = html`<div class="acts">${linkButton('queues', { label: 'All queues' })}${linkButton('tasks', { label: 'Find tasks by part of a name', icon: 'find' })}</div>`;
  return html`<div class="head"><h1>Find</h1></div><section class="panel">${empty(title, `${looked}The name of a task that ended is known until its tombstone expires.`, ways)}</section>`;
}
