// What other limits would do: when the queue would be empty, where its slots would limit it, and the change as a diff
// of queue.yaml.

import { html } from 'hono/html';
import { allowedRate, drainSeconds, slotRate } from '../../../domain/drain-time.ts';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { count, decimal, shownDuration } from '../../parts/figures.ts';
import { queuePath } from '../../parts/paths.ts';
import { depthGrowth, drainTimeOf, dueTasks, leavingOf } from '../queues/outlook.ts';
import { drainText } from './path-panel.ts';
import type { QueueView } from './queue-view.ts';

/** Limits as they are typed. */
export interface TypedLimits {
  rate: string;
  bucketSize: string;
  slots: string;
}

const PER_UNIT: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Tasks a second of `5/s`; undefined: it is not a rate. The database decides when the limits are applied. */
export function rateIn(text: string): number | undefined {
  if (text.trim() === '0') return 0;
  const [, amount, unit] = /^(\d{1,20}(?:\.\d{0,30})?)\/([smhd])$/.exec(text.trim()) ?? [];
  const perSecond = Number(amount) / (PER_UNIT[unit ?? ''] ?? 0);
  return perSecond <= 500 ? perSecond : undefined;
}

export function limitsOf({ rate, bucketSize, maxConcurrentRequests }: QueueNow): TypedLimits {
  return { rate: rate ?? '', bucketSize: String(bucketSize ?? ''), slots: String(maxConcurrentRequests ?? '') };
}

/** The element that is asked for again while somebody types. */
export function whatIf(view: QueueView, typed: TypedLimits): Html {
  const { queue } = view;
  const rate = rateIn(typed.rate);
  const slots = Number(typed.slots);
  const changes = changesOf(queue, typed);
  const problem =
    rate === undefined
      ? 'Rate must be such as 5/s, 20/m or 1/h, at most 500/s.'
      : Number.isInteger(slots) && slots >= 1
        ? ''
        : 'Concurrency must be a whole number from 1.';
  const said = problem
    ? html`<p class="hint bad" role="alert">${problem}</p>`
    : forecast(view, { rate: rate ?? 0, slots }, changes.length > 0);
  const label =
    changes.length === 0
      ? 'Nothing to apply'
      : `Apply ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
  return html`<div id="what-if" class="form" data-preview><div class="whatif"><span class="k">What if</span>${said}</div>
<div class="diff" role="group" aria-label="What will change in queue.yaml">${diff(queue, typed)}</div>
${changes.length > 0 ? html`<p class="small dim">The next <code>queues apply</code> sets ${changes.map(({ before }) => before).join(', ')} again unless queue.yaml changes too.</p>` : ''}
<div class="acts"><button class="btn main" type="submit" ${changes.length === 0 || problem ? 'disabled' : ''}>${label}</button><a class="btn bare" href="${queuePath(queue.name)}">Discard</a></div></div>`;
}

interface Forecast {
  due: number;
  slots: number;
  /** How long an attempt takes; undefined: unknown. */
  seconds: number | undefined;
  /** When the due tasks would be gone at a rate. */
  at: (rate: number) => number;
}

/** Tasks go on to arrive as they do now. */
function forecastOf({ queue, past, attemptSeconds: seconds }: QueueView, slots: number): Forecast {
  const due = dueTasks(queue);
  const growth = depthGrowth(queue, past);
  const arriving = growth === undefined ? 0 : Math.max(0, leavingOf(queue) + growth);
  const at = (rate: number) => {
    const leaving = allowedRate({ rate, slots, seconds });
    return drainSeconds({ due, leaving, growth: arriving - leaving });
  };
  return { due, slots, seconds, at };
}

function forecast(view: QueueView, { rate, slots }: { rate: number; slots: number }, isChanged: boolean): Html {
  const given = forecastOf(view, slots);
  const { due, seconds } = given;
  const present = drainText(drainTimeOf(view.queue, view.past).seconds);
  const tasks = `${count(due)} ${due === 1 ? 'task' : 'tasks'}`;
  const typed = `${tasks} ${due === 1 ? 'drains' : 'drain'} in ${drainText(given.at(rate))}, not ${present}`;
  const said =
    due === 0 ? 'No task waits now' : isChanged ? typed.replace('in Never', 'never') : `${tasks} drain in ${present}`;
  const knee = slotRate({ slots, seconds });
  const limit =
    seconds === undefined
      ? 'How long attempts take is not known yet, nor from which rate on the slots would be the limit.'
      : `Past ${decimal(knee)}/s the ${slots} slots are the limit: ${slots} ÷ ${shownDuration(seconds)}.`;
  return html`<p class="said">${said.replace('drain in Never', 'never drain')}</p>${due > 0 && rate > 0 ? curve(given, rate) : ''}<p class="small dim">${limit}</p>`;
}

/** Drain time by rate: it falls until the slots are the limit. */
function curve({ slots, seconds, at: timeAt }: Forecast, rate: number): Html {
  const knee = slotRate({ slots, seconds });
  const most = Math.min(500, Math.max(rate * 2, Number.isFinite(knee) ? knee * 1.5 : 0));
  const points = Array.from({ length: 60 }, (_, i) => ((i + 1) * most) / 60);
  const finite = points.map(timeAt).filter(Number.isFinite);
  const top = Math.min(Math.max(1, ...finite), 6 * Math.max(1, Math.min(...finite)));
  const y = (at: number) => round(100 - Math.min(1, timeAt(at) / top) * 100);
  const line = points.map((at, i) => `${i === 0 ? 'M' : 'L'}${round((at / most) * 400)} ${y(at)}`).join('');
  const place = (at: number) => round((at / most) * 100);
  const side = place(knee) > 55 ? `right:${round(102 - place(knee))}` : `left:${round(place(knee) + 2)}`;
  const kneeMark =
    knee < most
      ? html`<span style="position:absolute;left:${place(knee)}%;top:0;bottom:0;border-inline-start:1px dashed var(--ink-2)"></span><span class="tag" style="${side}%;bottom:78%;background:var(--sunken)">slots limit from here</span>`
      : '';
  return html`<div class="chart" style="--plot:4.5rem"><div class="y" aria-hidden="true"><span style="bottom:0%">0</span><span style="bottom:100%">${shownDuration(top)}</span></div><div class="plot"><svg viewBox="0 0 400 100" preserveAspectRatio="none" role="img" aria-label="Drain time by rate"><path class="c-grid" d="M0 100H400M0 50H400M0 0H400"/><path class="c-area" style="--c:var(--flow-fill)" d="${line}V100H${round(400 / 60)}z"/><path class="c-line" style="--c:var(--flow-fill)" d="${line}"/></svg><span style="position:absolute;left:${place(rate)}%;top:0;bottom:0;width:2px;background:var(--flow)"></span>${kneeMark}</div><div class="x" aria-hidden="true"><span style="left:0%">0</span><span style="left:${place(rate)}%">${decimal(rate)}/s</span><span style="left:100%">${decimal(most)}/s</span></div></div>`;
}

interface LimitChange {
  key: string;
  before: string;
  after: string;
}

const KEYS = { rate: 'rate', bucketSize: 'bucket_size', slots: 'max_concurrent_requests' } as const;

function changesOf(queue: QueueNow, typed: TypedLimits): LimitChange[] {
  const present = limitsOf(queue);
  return (Object.keys(KEYS) as (keyof TypedLimits)[])
    .filter((name) => typed[name] !== present[name])
    .map((name) => ({
      key: KEYS[name],
      before: `${KEYS[name]}: ${present[name]}`,
      after: `${KEYS[name]}: ${typed[name]}`,
    }));
}

function diff(queue: QueueNow, typed: TypedLimits): Html {
  const present = limitsOf(queue);
  const line = (name: keyof TypedLimits) => {
    const same = `${KEYS[name]}: ${present[name]}`;
    if (typed[name] === present[name]) return html`<div class="same">    ${same}</div>`;
    return html`<div class="del">-   ${same}</div><div class="ins">+   ${KEYS[name]}: ${typed[name]}</div>`;
  };
  return html`<div class="same">  - name: ${queue.name}</div>${(Object.keys(KEYS) as (keyof TypedLimits)[]).map(line)}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
