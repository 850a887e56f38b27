// The charts of a queue: what it dispatched, how late and how its attempts ended, and how many tasks it had.

import { html } from 'hono/html';
import type { ChartPoint } from '../../../store/queue-insights.ts';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { type Chart, chart, type Series } from '../../parts/chart.ts';
import { count, decimal, shortCount, shownDuration } from '../../parts/figures.ts';
import { queuePath, withQuery } from '../../parts/paths.ts';
import { RANGES, type RangeName } from './ranges.ts';

export function chartsPanel(queue: QueueNow, points: readonly ChartPoint[], range: RangeName, now: Date): Html {
  const link = (name: RangeName) =>
    html`<a href="${withQuery(queuePath(queue.name), { range: name === 'hour' ? undefined : name })}"${name === range ? html` aria-current="true"` : ''}>${RANGES[name].label}</a>`;
  const steps = everyStep(points, range, now);
  const charts = [
    started(queue, steps),
    ...(queue.mode === 'push' ? [lag(steps)] : []),
    outcomes(queue, steps, range),
    depth(steps),
  ];
  return html`<section class="panel" id="queue-charts" aria-labelledby="h-charts"><header><h2 id="h-charts">${RANGES[range].title}</h2><nav class="seg" aria-label="Range">${(Object.keys(RANGES) as RangeName[]).map(link)}</nav></header>
<div class="body"><div class="grid cols-2 charts">${charts.map((given) => chart(given))}</div></div></section>`;
}

interface Steps {
  times: readonly number[];
  from: number;
  to: number;
  seconds: number;
  /** Undefined: nothing happened in the step. */
  points: readonly (ChartPoint | undefined)[];
}

/** Every step of the range, also those in which nothing happened. The current one has only begun, so it is left out. */
function everyStep(points: readonly ChartPoint[], range: RangeName, now: Date): Steps {
  const { seconds, step } = RANGES[range];
  const to = Math.floor(now.getTime() / (step * 1_000)) * step * 1_000;
  const from = to - seconds * 1_000;
  const byTime = new Map(points.map((point) => [point.at.getTime(), point]));
  const times = Array.from({ length: seconds / step }, (_, i) => from + i * step * 1_000);
  return { times, from, to: times.at(-1) ?? to, seconds: step, points: times.map((time) => byTime.get(time)) };
}

type Frame = Pick<Chart, 'times' | 'from' | 'to'>;
const frame = ({ times, from, to }: Steps): Frame => ({ times, from, to });
const perSecond = (value: number) => `${decimal(value)}/s`;

function started({ mode, ratePerSecond, rate }: QueueNow, steps: Steps): Chart {
  const values = steps.points.map((point) => (point?.started ?? 0) / steps.seconds);
  const most = Math.max(...values);
  const limit =
    ratePerSecond && ratePerSecond < most * 8 ? { value: ratePerSecond, label: `limit ${rate}` } : undefined;
  const title = mode === 'pull' ? 'Leased a second' : 'Dispatched a second';
  return {
    ...{ title, ...frame(steps), axis: perSecond, limit },
    summary: `${title}: at most ${perSecond(most)}`,
    series: [{ label: 'at last', colour: 'flow-fill', kind: 'area', values, shown: perSecond }],
  };
}

function lag(steps: Steps): Chart {
  const of = (name: 'p50' | 'p95' | 'p99') => steps.points.map((point) => point?.lag?.[name] ?? null);
  const series = (label: 'p50' | 'p95' | 'p99', colour: Series['colour'], kind: Series['kind']): Series => ({
    ...{ label, colour, kind, values: of(label), shown: shownDuration },
  });
  return {
    ...{ title: 'Due to start', ...frame(steps), log: true, axis: shortDuration },
    summary: 'Seconds from due to start, by powers of ten: median, and what one in twenty and in a hundred exceeded',
    series: [series('p50', 'flow-fill', 'line'), series('p95', 'slow-fill', 'dash'), series('p99', 'bad-fill', 'dot')],
  };
}

/** For the room beside an axis: `100 s`, `17 m`. */
function shortDuration(seconds: number): string {
  if (seconds < 1) return shownDuration(seconds);
  return seconds < 1_000 ? `${seconds}\u00a0s` : `${Math.round(seconds / 60)}\u00a0m`;
}

function outcomes({ mode }: QueueNow, steps: Steps, range: RangeName): Chart {
  const series = (label: string, colour: Series['colour'], of: (point: ChartPoint) => number): Series => ({
    ...{ label, colour, kind: 'area', shown: count },
    values: steps.points.map((point) => (point ? of(point) : 0)),
  });
  const isPull = mode === 'pull';
  return {
    ...{
      title: `Outcomes in ${range === 'hour' ? 'a minute' : range === 'day' ? '10 minutes' : 'an hour'}`,
      ...frame(steps),
    },
    axis: shortCount,
    summary: 'Attempts by how they ended',
    series: [
      series(isPull ? 'done' : '2xx', 'flow-fill', ({ succeeded }) => succeeded),
      series(isPull ? 'failed' : '4xx', 'slow-fill', ({ clientError }) => clientError),
      ...(isPull ? [] : [series('5xx', 'bad-fill', ({ serverError }) => serverError)]),
      series(isPull ? 'lost' : 'no answer', 'held-fill', ({ noAnswer }) => noAnswer),
    ],
  };
}

/** Between samples the number is taken to stay. */
function depth(steps: Steps): Chart {
  let last: number | null = null;
  const values = steps.points.map((point) => {
    last = point?.tasks ?? last;
    return last;
  });
  return {
    ...{ title: 'Tasks', ...frame(steps), axis: shortCount },
    summary: `Tasks not yet completed: ${last === null ? 'never sampled' : `${count(last)} at last`}`,
    series: [{ label: 'tasks', colour: 'flow-fill', kind: 'area', values, shown: count }],
  };
}
