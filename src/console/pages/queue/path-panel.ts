// From waiting to done: the stage that holds the work back is tinted, and says so.

import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { largeBucket, levelAt } from '../../parts/bucket.ts';
import { count, decimal, shownDuration } from '../../parts/figures.ts';
import { slots } from '../../parts/meters.ts';
import { age, shortTime } from '../../parts/moments.ts';
import { state } from '../../parts/state.ts';
import { drainTimeOf, dueTasks } from '../queues/outlook.ts';
import { bucketOf } from '../queues/queue-row.ts';
import type { QueueView } from './queue-view.ts';

type Limiting = 'rate' | 'slots' | 'none';

/** What holds back the tasks that are due. */
function limitingStage(queue: QueueNow): Limiting {
  const { state: is, inFlight, maxConcurrentRequests, lastTenSeconds, enforcedRate } = queue;
  if (is !== 'running' || dueTasks(queue) === 0) return 'none';
  if (inFlight >= (maxConcurrentRequests ?? Infinity)) return 'slots';
  return lastTenSeconds.started / 10 >= (enforcedRate ?? Infinity) * 0.8 ? 'rate' : 'none';
}

const LIMIT_NOW = (what: string) => state({ tone: 'flow', icon: 'hourglass', word: `The limit now: ${what}` });

export function pathPanel(view: QueueView): Html {
  const { queue } = view;
  const limiting = limitingStage(queue);
  const rate = `${decimal(queue.lastTenSeconds.started / 10)}/s`;
  return html`<section class="panel path" id="queue-path" aria-label="From waiting to done">
<div class="stage">${waiting(view)}</div>${arrow(rate)}
<div class="stage ${limiting === 'rate' ? 'narrow' : ''}">${tokens(view, limiting)}</div>${arrow(rate)}
<div class="stage ${limiting === 'slots' ? 'narrow' : ''}">${inFlight(view, limiting)}</div>${arrow(succeededShare(queue))}
<div class="stage">${drains(view)}</div></section>`;
}

/** The figures of a pull queue. */
export function pullFigures({ queue, past, now }: QueueView): Html {
  const { depth, inFlight: leased, lastMinute } = queue;
  const oldest = depth.oldestDue ? html`<small>oldest ${age(depth.oldestDue, now)}</small>` : '';
  const { seconds } = drainTimeOf(queue, past);
  return html`<section class="panel" id="queue-path" aria-label="Figures"><div class="body"><dl class="facts"><div><dt>Free to lease</dt><dd>${count(dueTasks(queue))} ${oldest}</dd></div><div><dt>Leased</dt><dd>${count(leased)}</dd></div><div><dt>For later</dt><dd>${upToHundred(depth.scheduled)}</dd></div><div><dt>Leased in a minute</dt><dd>${count(lastMinute.started)}</dd></div><div><dt>Done in a minute</dt><dd>${count(lastMinute.succeeded)}</dd></div><div><dt>Lost or failed</dt><dd class="${lastMinute.failed > 0 ? 'bad' : ''}">${count(lastMinute.failed)} <small>in the last minute</small></dd></div><div><dt>Drains in</dt><dd>${drainText(seconds)}</dd></div></dl></div></section>`;
}

/** Counts end at 100. */
export const upToHundred = (value: number) => (value >= 100 ? '100+' : count(value));

export function drainText(seconds: number): string {
  if (seconds === 0) return '—';
  if (seconds === Infinity) return 'Never';
  return seconds < 1 ? '< 1\u00a0s' : shownDuration(seconds);
}

function waiting({ queue, now }: QueueView): Html {
  const { depth } = queue;
  const oldest = depth.oldestDue ? html`oldest ${age(depth.oldestDue, now)}` : 'none waits';
  return html`<span class="k">Due and waiting</span><span class="hero">${count(dueTasks(queue))}</span><span class="small dim">${oldest}<br>${upToHundred(depth.scheduled)} for later or retrying</span>`;
}

function tokens({ queue, now }: QueueView, limiting: Limiting): Html {
  const given = bucketOf(queue);
  const level = levelAt(given, now);
  const refill =
    given.state === 'paused'
      ? 'held by the pause'
      : given.state === 'disabled'
        ? 'disabled'
        : `${given.refill}${given.state === 'lowered' ? `, lowered from ${queue.rate}` : ''}`;
  const beside = html`<div class="two"><span><span class="k">Tokens</span><br><span class="hero"><span data-level>${decimal(level)}</span> <span class="unit">of ${given.size}</span></span></span><span class="${given.state === 'lowered' ? 'slow' : ''}">${refill}${limiting === 'rate' ? html`<br>${LIMIT_NOW('rate')}` : ''}</span></div>`;
  return largeBucket(given, now, beside);
}

function inFlight({ queue, attemptSeconds: seconds }: QueueView, limiting: Limiting): Html {
  const { inFlight: taken, maxConcurrentRequests } = queue;
  const most = maxConcurrentRequests ?? 0;
  return html`<span class="k">In flight</span><span class="hero">${count(taken)} <span class="unit">of ${count(most)}</span></span>${slots(taken, most)}<span class="small dim">${seconds === undefined ? 'how long attempts take is known after their first minute' : `attempts take ${shownDuration(seconds)} at p50`}</span>${limiting === 'slots' ? LIMIT_NOW('slots') : ''}`;
}

function drains({ queue, past, now }: QueueView): Html {
  const { seconds, grows } = drainTimeOf(queue, past);
  const { succeeded, failed, dead } = queue.lastMinute;
  const tone = queue.state === 'paused' ? 'held' : seconds === Infinity && queue.state === 'running' ? 'bad' : '';
  const from =
    queue.state === 'paused'
      ? html`${queue.pausedUntil ? html`from ${shortTime(queue.pausedUntil, now)}` : 'once resumed'}<br>`
      : '';
  return html`<span class="k">Drains in</span><span class="hero ${tone}">${drainText(seconds)}</span><span class="small dim">${from}${grows ? html`grows ${decimal(grows)}/s<br>` : ''}${count(succeeded)} done, ${count(failed)} failed${dead > 0 ? `, ${count(dead)} died` : ''}<br>in the last minute</span>`;
}

function succeededShare({ lastMinute: { succeeded, failed } }: QueueNow): string {
  const ended = succeeded + failed;
  return ended === 0 ? '' : `${decimalPercent(succeeded / ended)} ok`;
}

const decimalPercent = (share: number) => `${(Math.floor(share * 1_000) / 10).toFixed(share === 1 ? 0 : 1)}\u00a0%`;

function arrow(label: string): Html {
  return html`<div class="arrow"><span>${label}</span><svg viewBox="0 0 40 12" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" aria-hidden="true"><path d="M1 6h36M32 1.5l5 4.5-5 4.5"/></svg></div>`;
}
