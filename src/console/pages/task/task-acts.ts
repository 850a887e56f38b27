// Acts on one task: run now, delete, requeue. Each goes through the store's verb, and is in the audit.

import { html } from 'hono/html';
import { UnknownTaskError } from '../../../domain/errors.ts';
import { deleteDeadTask, findDeadTask } from '../../../store/dead-tasks.ts';
import { deleteTask, requeueTask, runTask, taskPayload } from '../../../store/tasks.ts';
import { question } from '../../parts/forms.ts';
import { queuePath, taskPath } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, Done, Page } from '../../route.ts';

export async function runNow(request: ConsoleRequest): Promise<Done> {
  const { queue, name, path } = taskIn(request);
  const started = await runTask(request.executor, queue, name);
  return { goTo: path, note: started ? 'A dispatcher sends it within moments.' : 'It is running already.' };
}

export async function requeue(request: ConsoleRequest): Promise<Done> {
  const { queue, name, path } = taskIn(request);
  await requeueTask(request.executor, queue, name);
  return { goTo: path, note: 'It is due again, with all its retries.' };
}

/** The question before a task is deleted, live or dead. */
export async function askToDelete(request: ConsoleRequest): Promise<Page> {
  const { queue, name, path } = taskIn(request);
  const dead = await findDeadTask(request.executor, queue, name);
  const text = dead
    ? html`<p>It is among the dead tasks, and can't be requeued after that. Its name stays taken until its tombstone expires.</p>`
    : html`<p>An attempt in flight finishes, and its answer is ignored. A given name stays taken until its tombstone expires.</p>`;
  const body = question(request, {
    title: 'Delete this task?',
    text: html`<p><b class="mono">${isolated(name)}</b> of ${isolated(queue)}</p>${text}`,
    action: taskPath(queue, name, 'delete'),
    button: { label: 'Delete the task', kind: 'risk' },
    back: path,
  });
  return { title: 'Delete this task?', section: dead ? 'dead' : 'tasks', body };
}

export async function remove(request: ConsoleRequest): Promise<Done> {
  const { queue, name } = taskIn(request);
  if (await deleteTask(request.executor, queue, name))
    return { goTo: queuePath(queue, 'tasks'), note: `Deleted ${name}.` };
  if (await deleteDeadTask(request.executor, queue, name))
    return { goTo: `dead?${new URLSearchParams({ queue })}`, note: `Deleted ${name}.` };
  throw new UnknownTaskError(`queue ${queue} has no task ${name}`, { detail: { queue, name } });
}

/** The body as a file that no browser interprets. */
export async function download(request: ConsoleRequest): Promise<Response> {
  const { queue, name } = taskIn(request);
  const body = (await taskPayload(request.executor, queue, name)) ?? new Uint8Array();
  return new Response(new Uint8Array(body), {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${name.replaceAll(/[^\w-]/g, '_').slice(0, 100)}.bin"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}

function taskIn(request: ConsoleRequest): { queue: string; name: string; path: string } {
  const [queue, name] = [request.param('queue'), request.param('name')];
  return { queue, name, path: taskPath(queue, name) };
}
