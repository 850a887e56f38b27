// The token bucket as a beaker: the level is its tokens, the marks are whole tokens (quarters above ten), the dashes
// are the one token that a dispatch needs, and the drop is the refill. A script lets the level rise between updates
// (assets/counting.js).

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { decimal, shownDuration } from './figures.ts';

export interface Bucket {
  tokens: number;
  /** When it had them. */
  at: Date;
  size: number;
  /** Tokens a second, as enforced. */
  perSecond: number;
  state: 'running' | 'lowered' | 'paused' | 'disabled';
  /** For the second line: the refill as a person writes it, such as `+5/s`. */
  refill: string;
}

const CLASSES = { running: '', lowered: 'is-slow', paused: 'is-held', disabled: 'is-off' } as const;

/** The beaker, with its figures beside it. */
export function bucket(given: Bucket, now: Date): Html {
  const level = levelAt(given, now);
  return html`<div class="bucket ${CLASSES[given.state]}"${counts(given)}>${beaker(given, level)}${legend(given, level)}</div>`;
}

/** The beaker of a queue's own page; the caller writes what stands beside it. */
export function largeBucket(given: Bucket, now: Date, beside: Html): Html {
  return html`<div class="bucket is-large ${CLASSES[given.state]}"${counts(given)}>${beaker(given, levelAt(given, now))}${beside}</div>`;
}

export function levelAt({ tokens, at, size, perSecond, state }: Bucket, now: Date): number {
  if (state === 'paused' || state === 'disabled') return Math.min(size, tokens);
  return Math.min(size, tokens + (Math.max(0, now.getTime() - at.getTime()) / 1_000) * perSecond);
}

/** What the script needs to count on. The moment when it is full stays the same until tokens are taken. */
function counts({ tokens, at, size, perSecond, state }: Bucket): Html | '' {
  if (state === 'paused' || state === 'disabled' || perSecond <= 0) return '';
  const full = at.getTime() + Math.max(0, ((size - tokens) / perSecond) * 1_000);
  return html` data-full="${Math.round(full / 100) * 100}" data-rate="${perSecond.toPrecision(6)}" data-size="${size}"`;
}

function legend(given: Bucket, level: number): Html {
  const { size, state, refill, perSecond } = given;
  if (state === 'disabled') return html`<div class="two"><span>disabled</span><span>no refill</span></div>`;
  const second =
    state === 'paused'
      ? html`<span>held</span>`
      : html`<span><span class="${state === 'lowered' ? 'slow' : ''}" data-wait${level >= 1 ? ' hidden' : ''}>${wait(level, perSecond)}</span><span class="${state === 'lowered' ? 'slow' : ''}" data-gain${level < 1 ? ' hidden' : ''}>${refill}</span></span>`;
  return html`<div class="two"><span><b data-level>${decimal(level)}</b> of ${size}</span>${second}</div>`;
}

function wait(level: number, perSecond: number): string {
  if (level >= 1) return '';
  return perSecond > 0 ? `next in ${shownDuration((1 - level) / perSecond)}` : 'no refill';
}

function beaker(given: Bucket, level: number): Html {
  const { size, state, perSecond } = given;
  const shown = state === 'disabled' ? 0 : level;
  const top = yOf(shown, size);
  const label = `Token bucket of ${size}, ${state}`;
  const every = Math.min(4, Math.max(0.25, 2 / Math.max(perSecond, 0.01))).toFixed(2);
  const surface = shown > size / 100 ? `M${xOf(top)} ${top}H${round(48 - xOf(top))}` : '';
  return html`<svg data-beaker viewBox="0 0 48 48" role="img" aria-label="${label}" style="--every:${every}s;--fall:${round(top - 10)}px"><path class="bk-back" d="M8.2 12.5 11.4 43q.3 2.5 2.6 2.5h20q2.3 0 2.6-2.5l3.2-30.5z"/><path class="bk-level" d="${surface && `${surface}L36.5 43q-.4 1.6-2 1.6H13.5q-1.6 0-2-1.6z`}"/><path class="bk-top" d="${surface}"/>${marks(shown, size)}<path class="bk-glass" d="M6 11.5h2.1L11.4 43q.3 2.5 2.6 2.5h20q2.3 0 2.6-2.5l3.3-31.5H42"/><path class="bk-pipe" d="M12 1h9q5 0 5 5v.6M12 4.6h8q2.2 0 2.2 2"/>${valve(state)}</svg>`;
}

function valve(state: Bucket['state']): Html {
  const drop = html`<path class="bk-drop" d="M24 6.2c1.6 2 2.2 2.9 2.2 4a2.2 2.2 0 0 1-4.4 0c0-1.1.6-2 2.2-4z"/>`;
  if (state === 'running') return drop;
  if (state === 'lowered') return html`<path class="bk-valve" d="M16.5 0v5.6"/>${drop}`;
  return state === 'paused' ? html`<path class="bk-valve" d="M21 7h6"/>` : html``;
}

function marks(level: number, size: number): Html {
  const steps =
    size <= 10 ? Array.from({ length: Math.max(0, size - 1) }, (_, i) => i + 1) : [1, 2, 3].map((n) => (n * size) / 4);
  const one = yOf(1, size);
  const isWet = level >= 1;
  return html`${steps.map((step) => {
    const y = yOf(step, size);
    return html`<path class="bk-mark ${step <= level ? 'wet' : ''}" d="M${round(48 - xOf(y) - 7)} ${y}h5"/>`;
  })}${size > 0 && size <= 10 ? html`<path class="bk-one"${isWet ? html` style="stroke:light-dark(#fff,#06191e);opacity:.8"` : ''} d="M${round(xOf(one) + 0.5)} ${one}H${round(40.5 - xOf(one))}"/>` : ''}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
const yOf = (level: number, size: number) => round(44 - (30 * Math.min(level, size)) / Math.max(size, 1e-9));
const xOf = (y: number) => round(8.5 + (y - 14) * 0.1037);
