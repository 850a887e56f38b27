// A queue as a row of the list. Each row is one element that the live stream sends again when it differs.

import { html } from 'hono/html';
import type { PastDepth } from '../../../store/live-queues.ts';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { bucket } from '../../parts/bucket.ts';
import { count, decimal, shownDuration } from '../../parts/figures.ts';
import { icon } from '../../parts/icons.ts';
import { meter, slots } from '../../parts/meters.ts';
import { age, clockTime, shortTime } from '../../parts/moments.ts';
import { queuePath } from '../../parts/paths.ts';
import { type SparkTone, spark } from '../../parts/spark.ts';
import { visible } from '../../parts/text.ts';
import { leaseMap } from './lease-map.ts';
import { drainTimeOf, type Outlook, outlookOf, perSecondText } from './outlook.ts';

export const rowId = (name: string) => `q-${name}`;

export function queueRow(queue: QueueNow, past: readonly PastDepth[], now: Date): Html {
  const outlook = outlookOf(queue, now);
  const isIdle = queue.depth.tasks === 0 && queue.inFlight === 0;
  return html`<tr id="${rowId(queue.name)}" class="tone-${outlook.tone} ${isIdle ? 'idle' : ''}" role="row" data-p="${queuePath(queue.name)}#pause">
<th scope="row" role="rowheader" class="c-q"><div class="q">${icon(outlook.icon)}<a class="name" href="${queuePath(queue.name)}"><bdi>${visible(queue.name)}</bdi></a><span class="why">${outlook.cause ? html`<b>${outlook.cause}</b>` : ''}${outlook.more}</span></div></th>
<td role="cell" class="num c-d" data-k="Tasks, last hour"><div class="depth">${depth(queue, now)}${spark(past, queue.depth.tasks, now, sparkTone(queue, outlook, past), 'Tasks')}</div></td>
<td role="cell" class="num c-o" data-k="Oldest"><div class="two">${oldest(queue, now)}</div></td>
${queue.mode === 'push' ? pushCells(queue, now) : pullCells(queue)}
<td role="cell" class="num c-f ${queue.lastMinute.failed === 0 ? 'zero' : ''}" data-k="Failed, 1 min"><div class="two">${failed(queue)}</div></td>
<td role="cell" class="num more">${count(queue.lastMinute.executed)}</td>
<td role="cell" class="num c-e" data-k="Drains in"><div class="two">${drains(queue, past, now)}</div></td>
</tr>`;
}

/** Where no dispatcher samples the queue, the count has an age. */
function depth({ depth: { tasks, at } }: QueueNow, now: Date): Html {
  const isOld = now.getTime() - at.getTime() > 5_000;
  return html`<span class="big" ${isOld ? html`title="counted at ${at.toISOString().slice(11, 19)} UTC"` : ''}>${count(tasks)}</span>`;
}

function sparkTone(queue: QueueNow, { tone }: Outlook, past: readonly PastDepth[]): SparkTone {
  if (queue.depth.tasks === 0 || tone === 'dim') return 'rest';
  if (tone === 'held') return 'held';
  return drainTimeOf(queue, past).grows ? 'up' : '';
}

function oldest({ depth: { tasks, oldestDue } }: QueueNow, now: Date): Html {
  if (tasks === 0) return html`<span class="big">empty</span>`;
  if (!oldestDue) return html`<span class="big">none due</span>`;
  return html`<span class="big">${age(oldestDue, now)}</span><span>due ${clockTime(oldestDue, now)}</span>`;
}

function pushCells(queue: QueueNow, now: Date): Html {
  const isOff = queue.state === 'disabled';
  return html`<td role="cell" class="c-b" data-k="Token bucket">${bucket(bucketOf(queue), now)}</td>
<td role="cell" class="c-r" data-k="Rate now">${isOff ? html`<span class="small dim">none</span>` : rate(queue)}</td>
<td role="cell" class="c-i" data-k="In flight">${isOff ? html`<span class="small dim">none</span>` : inFlight(queue)}</td>`;
}

/** The token bucket of a push queue. */
export function bucketOf(queue: QueueNow) {
  const perSecond = queue.enforcedRate ?? queue.ratePerSecond ?? 0;
  const isLowered = perSecond < (queue.ratePerSecond ?? 0) * (1 - 1e-8);
  return {
    ...{ tokens: queue.tokens, at: queue.noted, size: queue.bucketSize ?? 0, perSecond },
    state: queue.state !== 'running' ? queue.state : isLowered ? ('lowered' as const) : ('running' as const),
    refill: isLowered ? `+${perSecondText(perSecond)}` : `+${queue.rate}`,
  };
}

function rate(queue: QueueNow): Html {
  const now = queue.lastTenSeconds.started / 10;
  const configured = queue.ratePerSecond ?? 0;
  const limit = bucketOf(queue).state === 'lowered' ? { limit: queue.enforcedRate ?? 0 } : {};
  return html`<div class="rate"><span><span class="big">${decimal(now)}</span> <span class="unit">of ${queue.rate}</span></span>${meter(now, configured, limit)}</div>`;
}

function inFlight({ inFlight: taken, maxConcurrentRequests }: QueueNow): Html {
  const most = maxConcurrentRequests ?? 0;
  const full = taken >= most ? html` <span class="small slow nowrap">full</span>` : '';
  return html`<div class="two"><span><span class="big">${count(taken)}</span> <span class="unit">of ${count(most)}</span>${full}</span>${slots(taken, most)}</div>`;
}

function pullCells({ inFlight: leased, lastMinute }: QueueNow): Html {
  const amount = leased > 0 ? count(leased) : 'none';
  return html`<td role="cell" class="c-b" data-k="Leases"><div class="bucket">${leaseMap(leased)}<div class="two"><span><b>${amount}</b> leased</span><span>${count(lastMinute.started)} a minute</span></div></div></td>
<td role="cell" class="c-r" data-k="Rate now"><span class="small dim">as workers ask</span></td>
<td role="cell" class="c-i" data-k="In flight"><div class="two"><span><span class="big">${count(leased)}</span> <span class="unit">leased</span></span></div></td>`;
}

function failed({ lastMinute: { failed: n, succeeded } }: QueueNow): Html {
  if (n === 0) return html`<span class="big">0</span>`;
  return html`<span class="big bad">${count(n)}</span><span>${percent(n / (n + succeeded))}</span>`;
}

const percent = (share: number) => `${share < 0.0995 ? (share * 100).toFixed(1) : Math.round(share * 100)}\u00a0%`;

function drains(queue: QueueNow, past: readonly PastDepth[], now: Date): Html {
  const { seconds, grows } = drainTimeOf(queue, past);
  if (seconds === 0) return queue.depth.tasks === 0 ? html`<span class="big dim">—</span>` : nothingDue(queue, now);
  if (queue.state === 'disabled') return html`<span class="big">Never</span><span>disabled</span>`;
  if (seconds === Infinity) {
    const why = grows ? `grows ${decimal(grows)}/s` : queue.lastMinute.started === 0 ? 'none starts' : 'stays level';
    return html`<span class="big bad">Never</span>${why ? html`<span>${why}</span>` : ''}`;
  }
  const shown = seconds < 1 ? '< 1\u00a0s' : shownDuration(seconds);
  if (queue.state !== 'paused') return html`<span class="big ${seconds > 3_600 ? 'slow' : ''}">${shown}</span>`;
  const from = queue.pausedUntil ? html`from ${shortTime(queue.pausedUntil, now)}` : 'once resumed';
  return html`<span class="big held">${shown}</span><span>${from}</span>`;
}

function nothingDue({ oldestEta }: QueueNow, now: Date): Html {
  if (!oldestEta || oldestEta <= now) return html`<span class="big">—</span>`;
  return html`<span class="big">${shortTime(oldestEta, now)}</span><span>first ETA</span>`;
}
