// What hurts: at most three queues, each with one sentence and one way out.

import { html } from 'hono/html';
import type { PastDepth } from '../../../store/live-queues.ts';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { count, decimal, shownDuration } from '../../parts/figures.ts';
import { icon } from '../../parts/icons.ts';
import { queuePath } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import { drainTimeOf, dueTasks, outlookOf } from './outlook.ts';

interface Hurt {
  title: Html;
  text: Html | string;
  way: string;
  /** On the queue's page. */
  place: string;
}

export function hurtPanel(queue: QueueNow, past: readonly PastDepth[], now: Date): Html {
  const { tone, icon: name } = outlookOf(queue, now);
  const { title, text, way, place } = hurtOf(queue, past, now);
  return html`<div class="hurt tone-${tone}"><span class="badge">${icon(name)}</span><p><b>${title}</b> ${text} <a href="${queuePath(queue.name)}${place}">${way}</a></p></div>`;
}

function hurtOf(queue: QueueNow, past: readonly PastDepth[], now: Date): Hurt {
  const name = isolated(queue.name);
  const { condition, depth } = queue;
  const waiting = `${count(depth.tasks)} ${depth.tasks === 1 ? 'task waits' : 'tasks wait'}.`;
  if (condition === 'paused') {
    const left = queue.pausedUntil && coarse(queue.pausedUntil.getTime() - now.getTime());
    const title = left ? html`${name} is paused for ${left} more.` : html`${name} is paused until resumed.`;
    return { title, text: waiting, way: 'Resume or extend', place: '#pause' };
  }
  if (condition === 'no dispatcher')
    return { title: html`Nobody sends ${name}’s tasks.`, text: waiting, way: 'See why', place: '' };
  if (condition === 'no target')
    return { title: html`${name} has no target.`, text: waiting, way: 'See its errors', place: '#errors' };
  if (condition === 'failing')
    return { title: html`${name} is failing.`, text: outlookText(queue, now), way: 'See its errors', place: '#errors' };
  return behind(queue, past, now);
}

function behind(queue: QueueNow, past: readonly PastDepth[], now: Date): Hurt {
  const name = isolated(queue.name);
  const { seconds, grows } = drainTimeOf(queue, past);
  const { oldestDue } = queue.depth;
  const title =
    seconds === Infinity && dueTasks(queue) > 0
      ? html`${name} never drains${grows ? ` and grows ${decimal(grows)}/s` : ''}.`
      : oldestDue
        ? html`${name} is ${coarse(now.getTime() - oldestDue.getTime())} behind.`
        : html`${name} waits.`;
  if (queue.condition === 'lowered' || queue.condition === 'backing off')
    return { title, text: outlookText(queue, now), way: 'See its errors', place: '#errors' };
  if (queue.mode === 'pull')
    return { title, text: 'Nobody has leased from it for a minute.', way: 'See its leases', place: '' };
  return {
    title,
    text: `Its ${count(queue.maxConcurrentRequests ?? 0)} slots are full, not its rate.`,
    way: 'Try more slots',
    place: '#limits',
  };
}

/** To the minute: the panel is read aloud when it changes. */
function coarse(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  return minutes < 60 ? `${minutes}\u00a0m` : shownDuration(minutes * 60);
}

function outlookText(queue: QueueNow, now: Date): Html {
  const { cause, more } = outlookOf(queue, now);
  return html`${cause}${more}.`;
}
