// The limits that a task is under, and where each comes from.

import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { settingDuration } from '../../parts/durations.ts';
import { byteCount, count } from '../../parts/figures.ts';
import { visible } from '../../parts/text.ts';
import { givesUp } from './story-panel.ts';
import { retryOf, type TaskStory } from './task-story.ts';

const APP_ENGINE_DEADLINE = 600;

export function inForcePanel(story: TaskStory): Html {
  const { queue, live, dead, completed, details } = story;
  const task = live ?? dead ?? completed;
  if (!task) return html``;
  const retry = retryOf(story);
  const from = details === null ? '' : details.ownRetryOptions ? 'from the task' : 'from the queue';
  const isPush = queue.mode === 'push';
  const attempts = live?.retryCount ?? dead?.retryCount ?? completed?.attempts ?? 0;
  const size = live?.size ?? dead?.size;
  const pair = (name: string, value: Html | string, more = '') =>
    html`<dt>${name}</dt><dd>${value}${more === '' ? '' : html` <span class="unit">${more}</span>`}</dd>`;
  const none = html`<span class="dim">none</span>`;
  const deadline = details?.dispatchDeadline;
  return html`<section class="panel" aria-labelledby="h-fo"><header><h2 id="h-fo">In force</h2></header><div class="body"><dl class="pairs">
${isPush && deadline ? pair('Deadline', settingDuration(deadline), deadline === APP_ENGINE_DEADLINE ? 'the default' : 'from the task') : ''}
${isPush ? pair('Back-off', backoffText(retry), from) : ''}
${pair(
  'Gives up',
  givesUp(retry)
    .replace(/^gives up /, '')
    .replace('never gives up', 'never'),
  from,
)}
${isPush ? pair('Target', visible(task.target ?? 'default'), task.target !== null && task.target === queue.target ? 'from the queue' : task.target === null ? 'the default' : 'from the task') : ''}
${pair(isPush ? 'Attempts' : 'Leases', count(attempts), isPush ? 'so far' : 'so far')}
${isPush ? pair('Namespace', task.namespace ? visible(task.namespace) : none) : ''}
${isPush ? '' : pair('Tag', task.tag === null ? none : visible(task.tag))}
${size === undefined ? '' : pair('Size', byteCount(size))}</dl></div></section>`;
}

function backoffText({
  minBackoffSeconds = 0.1,
  maxBackoffSeconds = 3_600,
  maxDoublings = 16,
}: ReturnType<typeof retryOf>): string {
  return `${settingDuration(minBackoffSeconds)} to ${settingDuration(maxBackoffSeconds)}, ${maxDoublings} ${maxDoublings === 1 ? 'doubling' : 'doublings'}`;
}
