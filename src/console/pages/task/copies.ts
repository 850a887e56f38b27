// A task as calls to be copied: the request to its handler, and the call that adds such a task again.

import { html } from 'hono/html';
import { ID_TOKENS } from '../../../domain/key.ts';
import { listKeys } from '../../../store/keys.ts';
import { listTargets } from '../../../store/targets.ts';
import { curlCall } from '../../calls/curl-call.ts';
import { sqlCall } from '../../calls/sql-call.ts';
import { printableText, type TaskCall } from '../../calls/task-call.ts';
import { typescriptCall } from '../../calls/typescript-call.ts';
import type { Html } from '../../html.ts';
import { icon } from '../../parts/icons.ts';
import { source } from '../../parts/notes.ts';
import type { ConsoleRequest } from '../../route.ts';
import type { TaskStory } from './task-story.ts';

/** Where the task's request goes. */
export interface Destination {
  /** Undefined: its target is not set, or is a pattern. */
  url: string | undefined;
  /** Whether the dispatcher signs it. */
  signed: boolean;
}

export async function destinationOf({ executor }: ConsoleRequest, story: TaskStory): Promise<Destination> {
  const task = story.live ?? story.dead;
  if (!task?.url) return { url: undefined, signed: false };
  const [targets, keys] = await Promise.all([listTargets(executor), listKeys(executor)]);
  const name = task.target ?? 'default';
  const base = name.includes('://') ? name : targets.find((target) => target.name === name)?.url;
  const called = story.attempts.at(-1)?.url ?? undefined;
  const url = task.url.includes('://') ? task.url : base === undefined ? called : base.replace(/\/$/, '') + task.url;
  return { url, signed: keys.some(({ target }) => target !== ID_TOKENS) };
}

/** A larger body would make the page several times as large. */
const MOST_BYTES_COPIED = 32_000;

/** A menu; nothing if the viewer may not read the body. */
export function copyMenu(story: TaskStory, { url, signed }: Destination): Html | string {
  const { details, queue, live, dead } = story;
  const task = live ?? dead;
  if (!details || !task) return '';
  if ((story.body?.length ?? 0) > MOST_BYTES_COPIED)
    return html`<details class="menu"><summary class="btn">${icon('copy')}Copy as…</summary><div class="copies"><p class="dim">Its body is too large to be part of a call. It can be downloaded.</p></div></details>`;
  const call = callOf(story);
  const isPush = queue.mode === 'push';
  return html`<details class="menu"><summary class="btn">${icon('copy')}Copy as…</summary><div class="copies">
${isPush ? html`<h2>curl</h2>${url === undefined ? html`<p class="dim">Its target is not set.</p>` : html`${signed ? html`<p class="dim">Requests are signed when they are sent, and a signature can't be copied: a handler that verifies it refuses this one. <code>pgtaskqueue tasks send</code> signs.</p>` : ''}${source('curl', curlCall(call, url))}`}` : ''}
<h2>SQL</h2>${source('SQL', sqlCall(call).text)}<h2>TypeScript</h2>${source('TypeScript', typescriptCall(call).text)}</div></details>`;
}

/** The call that adds such a task: without its name, which is taken, and due now. */
function callOf({ queue, live, dead, details, body }: TaskStory): TaskCall {
  const task = live ?? dead;
  const text = body === null ? undefined : printableText(body);
  const isPush = queue.mode === 'push';
  return {
    queue: queue.name,
    mode: queue.mode,
    ...(isPush ? { url: task?.url ?? undefined, method: unlessDefault(task?.method, 'POST') } : {}),
    target: isPush ? (task?.target ?? undefined) : undefined,
    namespace: task?.namespace || undefined,
    tag: task?.tag ?? undefined,
    headers: details?.headers && Object.keys(details.headers).length > 0 ? details.headers : undefined,
    ...(text === undefined ? { bytes: body ?? undefined } : { payload: text }),
    dispatchDeadline: unlessDefault(details?.dispatchDeadline ?? undefined, 600),
    retry: details?.ownRetryOptions ? details.retryOptions : undefined,
  };
}

function unlessDefault<Value>(value: Value | undefined, standard: Value): Value | undefined {
  return value === standard ? undefined : value;
}
