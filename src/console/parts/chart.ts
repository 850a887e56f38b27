// Charts as SVG that reads well without scripts. The plot is stretched to its place; its labels are HTML, so that they
// keep their size. A script shows the exact values under the pointer (assets/chart-values.js).

import { html } from 'hono/html';
import type { Html } from '../html.ts';

export interface Series {
  label: string;
  /** A colour of the style sheet, such as `flow-fill`. */
  colour: 'flow-fill' | 'slow-fill' | 'bad-fill' | 'held-fill' | 'line-strong' | 'ink-2';
  /** area: stacked on the areas before it. */
  kind: 'line' | 'dash' | 'dot' | 'area';
  /** One for each moment; null: nothing is known. */
  values: readonly (number | null)[];
  /** Of a value, such as `4.9/s`. */
  shown: (value: number) => string;
}

export interface Chart {
  title: string;
  /** What it shows, in a sentence: for those who do not see it. */
  summary: string;
  /** In milliseconds since 1970. */
  times: readonly number[];
  from: number;
  to: number;
  series: readonly Series[];
  /** A horizontal dashed line, with its label. */
  limit?: { value: number; label: string } | undefined;
  /** True: by powers of ten, from a hundredth. */
  log?: boolean;
  /** Of the axis. */
  axis: (value: number) => string;
}

const [WIDTH, HEIGHT] = [400, 100];

export function chart(given: Chart): Html {
  const stacked = stack(given.series);
  const scale = given.log ? logScale(stacked) : plainScale(stacked, given.limit?.value);
  const x = (time: number) => round(((time - given.from) / (given.to - given.from)) * WIDTH);
  const y = (value: number) => round(HEIGHT - scale.share(value) * HEIGHT);
  const lines = stacked.map((series) => drawn(series, given.times.map(x), y));
  const values = given.series.map(({ label, values: of, shown }) => [
    label,
    of.map((value) => (value === null ? '' : shown(value))),
  ]);
  const { limit } = given;
  return html`<figure><h3>${given.title}</h3><div class="chart"><div class="y" aria-hidden="true">${scale.ticks.map((tick) => html`<span style="bottom:${round(scale.share(tick) * 100)}%">${given.axis(tick)}</span>`)}</div>
<div class="plot" data-times="${JSON.stringify(given.times)}" data-from="${given.from}" data-to="${given.to}" data-values="${JSON.stringify(values)}"><svg viewBox="0 0 400 100" preserveAspectRatio="none" role="img" aria-label="${given.summary}">${scale.ticks.map((tick) => html`<path class="c-grid" d="M0 ${y(tick)}H400"/>`)}${lines}${limit ? html`<path class="c-limit" d="M0 ${y(limit.value)}H400"/>` : ''}</svg>${limit ? html`<span class="tag" style="bottom:${round(Math.min(94, scale.share(limit.value) * 100 + 7))}%;left:.25rem">${limit.label}</span>` : ''}</div>
<div class="x" aria-hidden="true">${timeAxis(given)}</div></div>${legend(given.series)}</figure>`;
}

interface Stacked extends Series {
  /** Where the area begins. */
  base: readonly number[];
}

/** Areas stand on those before them. */
function stack(series: readonly Series[]): Stacked[] {
  let base = (series[0]?.values ?? []).map(() => 0);
  return series.map((each) => {
    if (each.kind !== 'area') return { ...each, base };
    const below = base;
    const values = each.values.map((value, i) => (value === null ? null : (below[i] ?? 0) + value));
    base = values.map((value, i) => value ?? below[i] ?? 0);
    return { ...each, values, base: below };
  });
}

interface Scale {
  ticks: readonly number[];
  share: (value: number) => number;
}

function plainScale(series: readonly Stacked[], limit = 0): Scale {
  const most = Math.max(limit * 1.1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const step = niceStep(most / 3);
  const top = Math.max(step, Math.ceil(most / step - 1e-9) * step);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  return { ticks, share: (value) => Math.min(1, Math.max(0, value / top)) };
}

function niceStep(rough: number): number {
  if (rough <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10;
  return factor * power;
}

/** A hundredth to a thousand, and only as far as there are values. */
function logScale(series: readonly Stacked[]): Scale {
  const most = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const top = Math.min(3, Math.ceil(Math.log10(most) - 1e-9));
  const ticks = Array.from({ length: top + 3 }, (_, i) => 10 ** (i - 2));
  return { ticks, share: (value) => Math.min(1, Math.max(0, (Math.log10(Math.max(value, 1e-9)) + 2) / (top + 2))) };
}

/** Gaps in the data are gaps in the line. */
function drawn({ kind, colour, values, base }: Stacked, xs: readonly number[], y: (value: number) => number): Html {
  const known = values.flatMap((value, i) => (value === null ? [] : [{ i, x: xs[i] ?? 0, value }]));
  if (known.length === 0) return html``;
  const line = known
    .map(({ i, x, value }, n) => `${n > 0 && known[n - 1]?.i === i - 1 ? 'L' : 'M'}${x} ${y(value)}`)
    .join('');
  if (kind !== 'area')
    return html`<path class="c-line ${kind === 'line' ? '' : kind}" style="--c:var(--${colour})" d="${line}"/>`;
  const back = [...known].reverse().map(({ i, x }) => `L${x} ${y(base[i] ?? 0)}`);
  const top = line.replaceAll('M', 'L').replace('L', 'M');
  return html`<path class="c-area" style="--c:var(--${colour});--o:${colour === 'flow-fill' ? 0.3 : 0.75}" d="${top}${back.join('')}z"/>${colour === 'flow-fill' ? html`<path class="c-line thin" style="--c:var(--${colour})" d="${top}"/>` : ''}`;
}

function timeAxis({ from, to }: Chart): Html {
  const day = 86_400_000;
  const text = (time: number) => {
    const iso = new Date(time).toISOString();
    return to - from > 2 * day ? `${iso.slice(8, 10)}.${iso.slice(5, 7)}.` : iso.slice(11, 16);
  };
  return html`${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<span style="left:${share * 100}%" data-axis="${Math.round(from + share * (to - from))}">${text(from + share * (to - from))}</span>`)}`;
}

function legend(series: readonly Series[]): Html {
  const sign = ({ kind, colour }: Series) =>
    kind === 'area'
      ? html`<rect width="20" height="10" rx="2" style="fill:var(--${colour});opacity:.8"/>`
      : html`<path class="c-line ${kind === 'line' ? '' : kind}" style="--c:var(--${colour})" d="M0 5h20"/>`;
  const entry = (each: Series) => {
    const last = each.values.findLast((value) => value !== null);
    return html`<li><svg viewBox="0 0 20 10" aria-hidden="true">${sign(each)}</svg>${each.label} <b>${last == null ? '—' : each.shown(last)}</b></li>`;
  };
  return html`<ul class="legend">${series.map(entry)}</ul>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
