// A state: always an icon and a word.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { type IconName, icon } from './icons.ts';

/** flow: moves as it should. held: by a person. slow: by the system. bad: a failure. good: a check has passed. */
export type Tone = 'flow' | 'held' | 'slow' | 'bad' | 'good' | 'dim';

export interface State {
  tone: Tone;
  icon: IconName;
  word: string;
}

export function state({ tone, icon: name, word }: State): Html {
  return html`<span class="state ${tone}">${icon(name)}${word}</span>`;
}

export function statePill({ tone, icon: name, word }: State): Html {
  return html`<span class="state ${tone} pill">${icon(name)}${word}</span>`;
}

/** The states of the view tasks, and of tasks that have ended. */
export const TASK_STATES = {
  scheduled: { tone: 'dim', icon: 'later', word: 'scheduled' },
  due: { tone: 'flow', icon: 'due', word: 'due' },
  dispatched: { tone: 'flow', icon: 'sent', word: 'dispatched' },
  leased: { tone: 'flow', icon: 'sent', word: 'leased' },
  retrying: { tone: 'slow', icon: 'again', word: 'retrying' },
  dead: { tone: 'bad', icon: 'dead', word: 'dead' },
  done: { tone: 'good', icon: 'fine', word: 'done' },
} as const satisfies Record<string, State>;

/** The conditions of the view queues. */
export const QUEUE_CONDITIONS = {
  running: { tone: 'flow', icon: 'run', word: 'running' },
  pull: { tone: 'flow', icon: 'pull', word: 'pull' },
  paused: { tone: 'held', icon: 'pause', word: 'paused' },
  lowered: { tone: 'slow', icon: 'hourglass', word: 'lowered' },
  'backing off': { tone: 'slow', icon: 'again', word: 'backing off' },
  failing: { tone: 'bad', icon: 'warning', word: 'failing' },
  'no target': { tone: 'bad', icon: 'warning', word: 'no target' },
  'no dispatcher': { tone: 'bad', icon: 'warning', word: 'no dispatcher' },
  disabled: { tone: 'dim', icon: 'off', word: 'disabled' },
  deleted: { tone: 'dim', icon: 'tombstone', word: 'deleted' },
} as const satisfies Record<string, State>;
