// The attempts of a task to scale, with the waits between them.

import { html } from 'hono/html';
import type { Attempt } from '../../../domain/task.ts';
import type { Html } from '../../html.ts';
import { shownDuration } from '../../parts/figures.ts';

export interface Ribbon {
  created: Date;
  attempts: readonly Attempt[];
  /** Undefined: no further attempt is planned. */
  next: Date | undefined;
  now: Date;
}

/** Closer than this share of the width, labels would cover each other. */
const ROOM = 9;

export function ribbon({ created, attempts, next, now }: Ribbon): Html {
  if (attempts.length + (next ? 1 : 0) < 2) return html``;
  const from = Math.min(created.getTime(), ...attempts.map(({ started }) => started.getTime()));
  const last = attempts.at(-1)?.ended.getTime() ?? from;
  const until = Math.max(next?.getTime() ?? 0, next ? now.getTime() : last, from + 1);
  const at = (moment: number) => Math.min(100, Math.max(0, ((moment - from) / (until - from)) * 100));
  const labels = freeLabels(attempts.map(({ started }) => at(started.getTime())));
  const waits = attempts.slice(1).map((attempt, index) => {
    const before = attempts[index]?.ended.getTime() ?? from;
    return {
      middle: at((before + attempt.started.getTime()) / 2),
      seconds: (attempt.started.getTime() - before) / 1_000,
      width: at(attempt.started.getTime()) - at(before),
    };
  });
  return html`<div class="ribbon" role="img" aria-label="${said(attempts, from)}"><span class="track"></span>
${attempts.map(({ started, ended, status }) => html`<i class="try ${status === 0 ? 'none' : status < 300 ? 'ok' : ''}" style="left:${share(at(started.getTime()))}%;width:${share(at(ended.getTime()) - at(started.getTime()))}%"></i>`)}
${attempts.map(({ started, status }, index) => (labels[index] ? html`<span class="up ${at(started.getTime()) < 4 ? 'first' : ''}" style="left:${share(at(started.getTime()))}%">${status === 0 ? 'no answer' : status}</span>` : ''))}
${waits.map(({ middle, seconds, width }) => (width > 12 ? html`<span class="dn" style="left:${share(middle)}%">waited ${shownDuration(seconds)}</span>` : ''))}
${next ? html`<i class="now" style="left:${share(at(now.getTime()))}%"></i><i class="plan" style="right:0"></i><span class="dn end" style="left:100%">next</span>` : ''}</div>`;
}

const share = (value: number) => value.toFixed(1);

function freeLabels(places: readonly number[]): boolean[] {
  let end = -ROOM;
  return places.map((place) => {
    const free = place - end >= ROOM;
    if (free) end = place;
    return free;
  });
}

function said(attempts: readonly Attempt[], from: number): string {
  const one = ({ started, status }: Attempt) =>
    `after ${shownDuration((started.getTime() - from) / 1_000)} ${status === 0 ? 'without an answer' : `with ${status}`}`;
  return `${attempts.length} recorded attempts: ${attempts.slice(0, 20).map(one).join(', ')}`;
}
