// A chart of one figure over the last hour, or as long as there is any, as the server draws it: it needs no script.

import { html } from 'hono/html';
import type { TimedFigure } from '../../health/health-watch.ts';
import type { Html } from '../../html.ts';

/** The axis is the shortest of these that shows all figures. Minutes. */
const RANGES = [12, 28, 60];
/** Figures that are further apart than this are not joined. */
const GAP_MS = 60_000;
const WIDTH = 400;
const HEIGHT = 100;

export interface HourChart {
  title: string;
  /** What it shows, in a sentence, for those who do not see it. */
  label: string;
  figures: readonly TimedFigure[];
  tone: 'flow' | 'slow';
  /** Milliseconds since 1970. */
  now: number;
  /** The time that is shaded, and its name. */
  band?: { from: number; name: string } | undefined;
  shown: (value: number) => string;
  /** The highest figure of the axis is at least this. */
  least: number;
}

export function hourChart({ title, label, figures, tone, now, band, shown, least }: HourChart): Html {
  const top = niceTop(Math.max(least, ...figures.map(({ value }) => value)));
  const age = (now - (figures[0]?.at ?? now)) / 60_000;
  const minutes = RANGES.find((range) => range >= age) ?? 60;
  const x = (at: number) => round(Math.max(0, 1 - (now - at) / (minutes * 60_000)) * WIDTH);
  const line = pathOf(figures, x, (value) => round(HEIGHT - (value / top) * HEIGHT));
  const from = band && x(band.from);
  return html`<figure><h3>${title}</h3><div class="chart small-plot"><div class="y" aria-hidden="true">${[0, 1, 2, 3].map((i) => html`<span style="bottom:${round((i / 3) * 100)}%">${shown((top * i) / 3)}</span>`)}</div><div class="plot"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${from === undefined ? '' : html`<rect class="c-band" x="${from}" y="0" width="${WIDTH - from}" height="${HEIGHT}"/>`}${[0, 1, 2, 3].map((i) => html`<path class="c-grid" d="M0 ${round((i / 3) * HEIGHT)}H${WIDTH}"/>`)}<path class="c-line ${tone}-line" d="${line}"/></svg>${band && from !== undefined ? html`<span class="tag bare" style="${from < WIDTH * 0.7 ? 'left' : 'right'}:${from < WIDTH * 0.7 ? round(from / 4 + 1) : round(101 - from / 4)}%;bottom:88%">${band.name}</span>` : ''}</div><div class="x" aria-hidden="true">${axis(minutes).map(([at, text]) => html`<span style="left:${at}%">${text}</span>`)}</div></div></figure>`;
}

/** Relative, so that it is right in every zone. */
function axis(minutes: number): [at: number, text: string][] {
  return [0, 1, 2, 3, 4].map((i) => {
    const ago = minutes - (minutes / 4) * i;
    return [i * 25, ago === 0 ? 'now' : `${ago} m${i === 0 ? ' ago' : ''}`];
  });
}

function pathOf(figures: readonly TimedFigure[], x: (at: number) => number, y: (value: number) => number): string {
  let last = -Infinity;
  return figures
    .map(({ at, value }) => {
      const joined = at - last <= GAP_MS;
      last = at;
      return joined ? `L${x(at)} ${y(value)}` : `M${x(at)} ${y(value)}h.01`;
    })
    .join('');
}

/** The next of 3, 6, 15, 30, 60 …: thirds of it are round. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return ([1.5, 3, 6, 15].find((step) => step * power >= value) ?? 15) * power;
}

const round = (value: number) => Number(value.toFixed(1));
