// A small line of a figure over the last hour.

import { html } from 'hono/html';
import type { PastDepth } from '../../store/live-queues.ts';
import type { Html } from '../html.ts';

export type SparkTone = '' | 'up' | 'held' | 'slow' | 'rest';

const HOUR_MS = 3_600_000;
const [WIDTH, HEIGHT, TOP] = [96, 28, 3];

export function spark(past: readonly PastDepth[], present: number, now: Date, tone: SparkTone, what: string): Html {
  const points = [...past, { at: now, tasks: present }];
  const most = Math.max(1, ...points.map(({ tasks }) => tasks));
  const y = (tasks: number) => round(HEIGHT - 1 - (tasks / most) * (HEIGHT - 1 - TOP));
  const x = (at: Date) => round(Math.max(0, WIDTH - ((now.getTime() - at.getTime()) / HOUR_MS) * WIDTH));
  const first = points[0]?.tasks ?? 0;
  const line = [`M0 ${y(first)}`, ...points.map(({ at, tasks }) => `L${x(at)} ${y(tasks)}`)].join('');
  const label = `${what} over the last hour: ${trend(first, present, most)}`;
  return html`<svg class="spark ${tone}" viewBox="0 0 96 28" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="a" d="${line}V28H0z"/><path class="l" d="${line}"/></svg>`;
}

function trend(first: number, last: number, most: number): string {
  if (Math.abs(last - first) < most / 10) return 'steady';
  return last > first ? 'rising' : 'falling';
}

const round = (value: number) => Math.round(value * 10) / 10;
