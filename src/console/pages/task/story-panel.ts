// The story of a task on one time line: added, each attempt, the end or the next try.

import { html } from 'hono/html';
import type { RetryParameters } from '../../../domain/retry.ts';
import type { Attempt } from '../../../domain/task.ts';
import type { Html } from '../../html.ts';
import { answerCode } from '../../parts/answer-code.ts';
import { settingDuration } from '../../parts/durations.ts';
import { count, shownDuration } from '../../parts/figures.ts';
import { type IconName, icon } from '../../parts/icons.ts';
import { clockTime, relativeTime } from '../../parts/moments.ts';
import type { Tone } from '../../parts/state.ts';
import { visible } from '../../parts/text.ts';
import { backoffSeconds, pausesAhead } from './retry-schedule.ts';
import { ribbon } from './ribbon.ts';
import type { StoryNow } from './task-story.ts';

export interface StoryView {
  story: StoryNow;
  retry: RetryParameters;
  /** Of the request that added it; undefined: none, or the viewer may not read headers. */
  trace: string | undefined;
  /** Whether the viewer may read what handlers said. */
  mayReadWords: boolean;
  now: Date;
}

export function storyPanel(view: StoryView): Html {
  const { story, now } = view;
  const { live, dead, completed, attempts } = story;
  const task = live ?? dead ?? completed;
  if (!task) return html``;
  const next = live && live.leaseUntil === null ? live.eta : undefined;
  return html`<section class="panel" id="task-story" aria-labelledby="h-st"><header><h2 id="h-st">Its story</h2><span class="small dim">${summary(view)}</span></header><div class="body">
${ribbon({ created: task.created, attempts, next: attempts.length > 0 ? next : undefined, now })}
<ol class="story">${added(view, task.created)}${attempts.map((attempt, index) => attemptEntry(view, attempt, attempts[index - 1]))}${end(view)}</ol></div></section>`;
}

function summary({ story: { live, dead, completed, attempts }, retry }: StoryView): string {
  const made = live?.retryCount ?? dead?.retryCount ?? completed?.attempts ?? attempts.length;
  const parts = [`${count(made)} ${made === 1 ? 'attempt' : 'attempts'}`];
  if (live) parts.push(givesUp(retry));
  return parts.join(' · ');
}

/** When a task becomes dead, by its retry parameters. */
export function givesUp({ taskRetryLimit, taskAgeLimit }: RetryParameters): string {
  const limits = [
    ...(taskRetryLimit === undefined ? [] : [`${count(taskRetryLimit)} ${taskRetryLimit === 1 ? 'retry' : 'retries'}`]),
    ...(taskAgeLimit === undefined ? [] : [settingDuration(taskAgeLimit)]),
  ];
  return limits.length === 0 ? 'never gives up' : `gives up after ${limits.join(' and ')}`;
}

interface Entry {
  when: Html | string;
  tone: Tone;
  icon: IconName;
  title: Html;
  sub: Html | string;
  more?: Html | string;
  kind?: string;
}

function entry({ when, tone, icon: name, title, sub, more = '', kind = '' }: Entry): Html {
  return html`<li class="tone-${tone} ${kind}"><span class="when">${when}</span><span class="knot tone-${tone}">${icon(name)}</span><div><div class="what">${title}</div><p class="sub">${sub}</p>${more}</div></li>`;
}

function added({ trace, now }: StoryView, created: Date): Html {
  const sub =
    trace === undefined
      ? 'by a transaction that has committed'
      : html`trace <code title="${trace}">${trace.slice(0, 8)}…</code>`;
  return entry({ when: clockTime(created, now), tone: 'flow', icon: 'add', title: html`<b>Added</b>`, sub });
}

function attemptEntry(view: StoryView, attempt: Attempt, before: Attempt | undefined): Html {
  const { mayReadWords, now } = view;
  const { status, reason, error, response, dispatcher, url, seconds } = attempt;
  const failed = reason !== null;
  const facts = [
    ...waited(view, attempt, before),
    ...(reason === null ? [] : [reason]),
    ...(dispatcher === null ? [] : [dispatcher]),
    ...(url === null ? [] : [`called ${url}`]),
  ];
  const words = [error, mayReadWords ? response : null].filter((one) => one !== null && one !== '');
  return entry({
    when: clockTime(attempt.started, now),
    tone: !failed ? 'good' : status === 0 ? 'held' : 'bad',
    icon: !failed ? 'fine' : status === 0 ? 'question' : 'cross',
    title: html`<b>Attempt ${attempt.attempt}</b>${answerCode(status)}<span>${shownDuration(seconds)}</span>`,
    sub: visible(facts.join(' · ')),
    more: html`${words.map((text) => html`<pre class="resp" tabindex="0" aria-label="What was said">${visible(text ?? '')}</pre>`)}`,
  });
}

/** How long it waited: its back-off, and what came on top of it. */
function waited({ retry, story }: StoryView, { started }: Attempt, before: Attempt | undefined): string[] {
  if (!before) return [];
  const pause = (started.getTime() - before.ended.getTime()) / 1_000;
  const planned = backoffSeconds(retry, before.attempt);
  const late = pause - planned;
  if (story.queue.mode === 'pull' || late < 0) return [`after ${shownDuration(Math.max(0, pause))}`];
  return [`after a back-off of ${settingDuration(planned)}${late < 0.001 ? '' : `, ${shownDuration(late)} late`}`];
}

function end(view: StoryView): Html {
  const { story, now } = view;
  const { live, dead, completed } = story;
  if (dead)
    return entry({
      when: clockTime(dead.died, now),
      tone: 'bad',
      icon: 'dead',
      title: html`<b>Dead</b>`,
      sub: html`kept until ${clockTime(dead.expires, now)}: ${relativeTime(dead.expires, now)}`,
    });
  if (completed)
    return entry({
      when: clockTime(completed.completed, now),
      tone: 'good',
      icon: 'fine',
      title: html`<b>Completed</b>`,
      sub: html`remembered until ${clockTime(completed.expires, now)}`,
    });
  if (!live) return html``;
  if (live.leaseUntil !== null)
    return entry({
      when: 'now',
      tone: 'flow',
      icon: 'sent',
      title: html`<b>${live.state === 'leased' ? 'Leased' : 'Dispatched'}</b>`,
      sub: html`until ${clockTime(live.leaseUntil, now)} at the latest`,
    });
  return planned(view);
}

function planned({ story: { live, queue }, retry, now }: StoryView): Html {
  if (!live) return html``;
  const what = queue.mode === 'pull' ? 'Lease' : 'Attempt';
  const later = queue.mode === 'pull' ? [] : pausesAhead(retry, live.retryCount, 4);
  const sub =
    later.length === 0
      ? retry.taskRetryLimit === undefined
        ? 'when its turn comes'
        : 'the last one'
      : `if it fails, again after ${later.map(settingDuration).join(', ')}`;
  return entry({
    when: live.eta > now ? relativeTime(live.eta, now) : 'next',
    tone: 'dim',
    icon: 'pending',
    title: html`<b>${what} ${live.retryCount + 1}</b><span class="dim">${live.eta > now ? html`planned for ${clockTime(live.eta, now)}` : 'as soon as the gates are open'}</span>`,
    sub,
    kind: 'future',
  });
}
