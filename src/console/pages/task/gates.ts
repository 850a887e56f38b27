// Why it has not run: the explanation as the gates that a dispatch meets, in their order. The first shut one is the
// answer.

import { html } from 'hono/html';
import type { Explanation } from '../../../domain/explanation.ts';
import type { Html } from '../../html.ts';
import { count, shownDuration } from '../../parts/figures.ts';
import { type IconName, icon } from '../../parts/icons.ts';
import { queuePath } from '../../parts/paths.ts';
import { type State, state, type Tone } from '../../parts/state.ts';
import { visible } from '../../parts/text.ts';
import type { StoryNow } from './task-story.ts';

interface Gate {
  name: string;
  /** The reasons of explain_task that shut it. */
  reasons: readonly string[];
  /** What is known of it while it is open. */
  open: (story: StoryNow) => string;
}

const PUSH_GATES: readonly Gate[] = [
  { name: 'Queue', reasons: ['disabled', 'paused', 'rate'], open: ({ queue }) => queue.state },
  { name: 'ETA', reasons: ['eta', 'back_off'], open: () => 'has come' },
  { name: 'Token', reasons: ['tokens'], open: ({ queue }) => `one needed, ${queue.rate ?? 'no rate'}` },
  {
    name: 'Slot',
    reasons: ['concurrency', 'slots'],
    open: ({ queue }) => `${count(queue.inFlight)} of ${count(queue.maxConcurrentRequests ?? 0)} in flight`,
  },
  { name: 'Dispatcher', reasons: ['dispatcher', 'overdue'], open: () => 'leads the queue' },
  { name: 'Target', reasons: ['target'], open: ({ live }) => live?.target ?? 'default' },
];
const PULL_GATES: readonly Gate[] = [
  { name: 'Queue', reasons: ['disabled', 'paused'], open: ({ queue }) => queue.state },
  { name: 'ETA', reasons: ['eta', 'back_off'], open: () => 'has come' },
  { name: 'Lease', reasons: ['leased'], open: () => 'nobody holds it' },
  { name: 'Worker', reasons: ['due'], open: () => 'then one leases it' },
];
/** These gates are met only after those before them have opened: a dispatcher asks for them when it claims. */
const LATER = new Set(['Token', 'Slot', 'Worker']);
/** Reasons that say that nothing keeps the task. */
const UNDER_WAY = new Set(['run_now', 'dispatched', 'leased']);
const FAILURES = new Set(['target', 'dispatcher', 'overdue', 'disabled']);

export function whyPanel(story: StoryNow, now: Date): Html {
  const { explanations, live, queue, name } = story;
  const [first, ...others] = explanations;
  if (!first || !live) return html`<section class="panel why" id="task-why" hidden></section>`;
  const title = UNDER_WAY.has(first.reason)
    ? 'What it does now'
    : first.reason === 'due'
      ? 'What comes next'
      : 'Why it has not run';
  const tone = toneOf(first);
  return html`<section class="panel why tone-${tone}" id="task-why" aria-labelledby="h-why"><header><h2 id="h-why">${title}</h2><code class="small dim">explain_task('${queue.name}', '${name}')</code></header><div class="body">
<div class="verdict tone-${tone}">${icon(iconOf(first))}<div>${sentence(first, true, queue.name)}${others.filter(({ reason }) => reason !== 'failed').map((one) => sentence(one, false, queue.name))}</div></div>
<div class="gates of-${queue.mode}">${gates(story, now)}</div></div></section>`;
}

/** What ended a task that is not live. */
export function endPanel(story: StoryNow): Html {
  const [first] = story.explanations;
  if (!first) return html``;
  const tone: Tone = first.reason === 'dead' ? 'bad' : 'dim';
  return html`<section class="panel why tone-${tone}" id="task-why" aria-labelledby="h-why"><header><h2 id="h-why">How it ended</h2></header><div class="body"><div class="verdict tone-${tone}">${icon(first.reason === 'dead' ? 'dead' : 'fine')}<div>${sentence(first, true, story.queue.name)}</div></div></div></section>`;
}

function gates(story: StoryNow, now: Date): Html[] {
  const reasons = new Map(story.explanations.map((one) => [one.reason, one]));
  const list = story.queue.mode === 'pull' ? PULL_GATES : PUSH_GATES;
  const shut = list.map((gate) => gate.reasons.map((reason) => reasons.get(reason)).find((one) => one !== undefined));
  const firstShut = shut.findIndex((one) => one !== undefined);
  const sent = ['run_now', 'dispatched'].some((reason) => reasons.has(reason));
  return list.map((gate, index) => {
    const reason = sent ? undefined : shut[index];
    const later = !sent && firstShut >= 0 && index > firstShut && LATER.has(gate.name);
    if (reason) return gateOf(gate.name, 'shut', WAITS[toneOf(reason)] ?? WAITS.slow, shortReason(reason, now));
    if (later) return gateOf(gate.name, 'next', THEN, gate.open(story));
    return gateOf(gate.name, '', OPEN, gate.open(story));
  });
}

const OPEN: State = { tone: 'good', icon: 'fine', word: 'open' };
const THEN: State = { tone: 'dim', icon: 'pending', word: 'then' };
const WAITS: Partial<Record<Tone, State>> & { slow: State } = {
  slow: { tone: 'slow', icon: 'later', word: 'waits' },
  held: { tone: 'held', icon: 'pause', word: 'held' },
  bad: { tone: 'bad', icon: 'warning', word: 'shut' },
  flow: { tone: 'flow', icon: 'sent', word: 'held' },
};

function gateOf(name: string, kind: string, shown: State, text: string): Html {
  return html`<div class="gate ${kind} tone-${shown.tone}"><b>${name}</b>${state(shown)}<span>${visible(text)}</span></div>`;
}

function shortReason({ reason, until }: Explanation, now: Date): string {
  const rest = until === null ? '' : `${shownDuration(Math.max(0, (until.getTime() - now.getTime()) / 1_000))} more`;
  const words = SHORT[reason] ?? reason.replace('_', ' ');
  return rest === '' ? words : `${rest}, ${words}`;
}

const SHORT: Record<string, string> = {
  back_off: 'back-off',
  eta: 'planned',
  tokens: 'others come first',
  concurrency: 'all taken',
  slots: 'all taken',
  dispatcher: 'none leads the queue',
  overdue: 'claims nothing',
  target: 'unknown',
  leased: 'a worker holds it',
  due: 'none has asked',
  rate: 'dispatches nothing',
};

/** The sentence as the database says it, and what changes it: a link where the console has a page for it. */
function sentence({ detail, remedy }: Explanation, isFirst: boolean, queue: string): Html {
  const [head = '', ...rest] = isFirst ? detail.split(/(?<=[^\d][.:;]) /) : ['', detail];
  return html`<p>${head === '' ? '' : html`<b>${visible(head)}</b> `}${visible(rest.join(' '))}${remedy === null ? '' : html` <span class="remedy">${remedyOf(remedy, queue)}</span>`}</p>`;
}

function remedyOf(remedy: string, queue: string): Html {
  if (/resume_queue|update_queue/.test(remedy)) return html`<a href="${queuePath(queue)}">Change the queue</a>`;
  if (/set_target|allow_url/.test(remedy)) return html`<a href="targets">See the targets</a>`;
  if (/run_task|requeue_task/.test(remedy)) return html``;
  return html`<code>${visible(remedy)}</code>`;
}

function toneOf({ reason }: Explanation): Tone {
  if (reason === 'paused') return 'held';
  if (FAILURES.has(reason)) return 'bad';
  return UNDER_WAY.has(reason) || reason === 'due' ? 'flow' : 'slow';
}

function iconOf({ reason }: Explanation): IconName {
  const icons: Record<string, IconName> = {
    paused: 'pause',
    back_off: 'again',
    eta: 'later',
    due: 'due',
    disabled: 'off',
  };
  return icons[reason] ?? (UNDER_WAY.has(reason) ? 'sent' : FAILURES.has(reason) ? 'warning' : 'hourglass');
}
