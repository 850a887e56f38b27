// How a queue is, in one sentence with the cause in it, and when its due tasks will be gone.

import { html } from 'hono/html';
import { drainSeconds } from '../../../domain/drain-time.ts';
import type { PastDepth } from '../../../store/live-queues.ts';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { count, shownDuration } from '../../parts/figures.ts';
import type { IconName } from '../../parts/icons.ts';
import { shortTime } from '../../parts/moments.ts';
import type { Tone } from '../../parts/state.ts';
import { visible } from '../../parts/text.ts';

export interface Outlook {
  tone: Tone;
  icon: IconName;
  /** One word for the state. */
  word: string;
  /** The cause, printed bold. */
  cause: Html | string;
  more: Html | string;
  /** How much it hurts; 0: not at all. */
  hurts: number;
}

/** The first that applies; the order is that of the condition. */
export function outlookOf(queue: QueueNow, now: Date): Outlook {
  const made = (MAKERS[queue.condition] ?? running)(queue, now);
  const waiting = queue.depth.tasks > 0;
  return waiting || made.tone === 'dim' || queue.condition === 'disabled' ? made : { ...made, hurts: 0 };
}

const MAKERS: Partial<Record<QueueNow['condition'], (queue: QueueNow, now: Date) => Outlook>> = {
  disabled: ({ since }, now) => ({
    ...{ tone: 'dim', icon: 'off', word: 'Disabled', hurts: 0 },
    cause: '',
    more: html`Disabled: not in queue.yaml${since ? html` since ${shortTime(since, now)}` : ''}`,
  }),
  paused: (queue, now) => ({
    ...{ tone: 'held', icon: 'pause', word: 'Paused', hurts: 40 },
    cause: queue.pausedUntil ? html`Paused until ${shortTime(queue.pausedUntil, now)}` : 'Paused until resumed',
    more: html`${queue.pausedBy ? html` by ${visible(person(queue.pausedBy))}` : ''}${queue.pausedReason ? html`: “${visible(queue.pausedReason)}”` : ''}`,
  }),
  'no dispatcher': ({ depth }) =>
    depth.tasks > 0
      ? {
          ...{ tone: 'bad', icon: 'warning', word: 'No dispatcher', hurts: 95 },
          ...{ cause: 'No dispatcher leads it:', more: ' nothing is sent until one runs' },
        }
      : { tone: 'dim', icon: 'off', word: 'No dispatcher', hurts: 0, cause: '', more: 'No dispatcher leads it' },
  'no target': () => ({
    ...{ tone: 'bad', icon: 'warning', word: 'No target', hurts: 90 },
    ...{ cause: 'No target:', more: ' its tasks have nowhere to go' },
  }),
  failing: ({ lastMinute }) => ({
    ...{ tone: 'bad', icon: 'warning', word: 'Failing', hurts: 85 },
    cause: `${count(lastMinute.failed)} of ${count(lastMinute.failed + lastMinute.succeeded)} attempts failed`,
    more: ` in the last minute${mostly(lastMinute)}`,
  }),
  lowered: ({ enforcedRate, rate, lastMinute }) => ({
    ...{ tone: 'slow', icon: 'hourglass', word: 'Lowered', hurts: 70 },
    cause: `Lowered to ${perSecondText(enforcedRate ?? 0)} of ${rate}:`,
    more: lastMinute.throttled > 0 ? ' handlers answer with 429' : ' handlers asked for less, with 503 or 429',
  }),
  'backing off': ({ oldestEta }, now) => ({
    ...{ tone: 'slow', icon: 'again', word: 'Backing off', hurts: 50 },
    cause: 'Backing off:',
    more: html` all its tasks wait for their next try${oldestEta && oldestEta > now ? html`, at ${shortTime(oldestEta, now)}` : ''}`,
  }),
};

/** A rate that the system has set: three digits that matter, such as `1.25/s`. */
export const perSecondText = (rate: number) => `${Number(rate.toPrecision(3))}/s`;

function running(queue: QueueNow, now: Date): Outlook {
  if (queue.mode === 'pull') return pulled(queue, now);
  const { depth, inFlight, maxConcurrentRequests, lastTenSeconds, enforcedRate } = queue;
  const plain: Outlook = { tone: 'flow', icon: 'run', word: 'Running', cause: '', more: 'Running', hurts: 0 };
  if (maxConcurrentRequests !== null && inFlight >= maxConcurrentRequests && depth.due > 0) {
    const seconds = slotSeconds(queue);
    return {
      ...{ tone: 'slow', icon: 'warning', word: 'Slots full', hurts: 60 },
      cause: `All ${maxConcurrentRequests} slots busy`,
      more: seconds === undefined ? '' : `, ${shownDuration(seconds)} each`,
    };
  }
  if (depth.due > 0 && lastTenSeconds.started / 10 >= (enforcedRate ?? Infinity) * 0.9)
    return { ...plain, more: 'Running, as fast as its rate allows' };
  return resting(queue, plain, now);
}

function resting({ depth, oldestEta, inFlight }: QueueNow, plain: Outlook, now: Date): Outlook {
  if (depth.due > 0 || inFlight > 0) return plain;
  if (depth.tasks === 0) return { ...plain, tone: 'dim', more: 'Running, empty' };
  if (!oldestEta || oldestEta <= now) return plain;
  return { ...plain, icon: 'later', more: html`Nothing due before ${shortTime(oldestEta, now)}` };
}

function pulled(queue: QueueNow, now: Date): Outlook {
  const { depth, inFlight, lastMinute } = queue;
  const plain: Outlook = { tone: 'flow', icon: 'pull', word: 'Pull', cause: '', more: '', hurts: 0 };
  if (inFlight > 0) return { ...plain, more: `Pull: ${count(inFlight)} leased` };
  if (depth.due > 0 && lastMinute.started === 0)
    return {
      ...{ ...plain, tone: 'slow', hurts: 30 },
      ...{ cause: 'No worker:', more: ' nothing was leased in the last minute' },
    };
  return {
    ...resting(queue, plain, now),
    icon: 'pull',
    more: depth.tasks === 0 ? 'Pull: empty' : 'Pull: nobody leases now',
  };
}

/** How long an attempt holds its slot, by how many ended in the last minute; undefined: unknown. */
export function slotSeconds({ inFlight, lastMinute }: QueueNow): number | undefined {
  return lastMinute.executed > 0 && inFlight > 0 ? (inFlight * 60) / lastMinute.executed : undefined;
}

function mostly({ failed, serverError, noAnswer, throttled }: QueueNow['lastMinute']): string {
  const kinds = { 'status 500 to 599': serverError, 'no answer': noAnswer, 'status 429': throttled };
  const [most] = Object.entries(kinds).sort(([, a], [, b]) => b - a);
  return most && most[1] * 2 > failed ? `, mostly ${most[0]}` : '';
}

/** Of `postgres for ada@example.com (token 3f2a)` the person. */
export function person(actor: string): string {
  return (actor.split(' for ').at(-1) ?? actor).replace(/ \(token [^)]*\)$/, '');
}

/** How many tasks are due. The count of them ends at 100. */
export function dueTasks({ depth, inFlight }: QueueNow): number {
  if (depth.due < 100) return depth.due;
  return Math.max(depth.due, depth.tasks - (depth.scheduled < 100 ? depth.scheduled : 0) - inFlight);
}

/** By how much the queue grows a second, from its past; undefined: unknown. */
export function depthGrowth({ depth }: QueueNow, past: readonly PastDepth[]): number | undefined {
  const since = depth.at.getTime() - 360_000;
  const earlier = past.find(({ at }) => at.getTime() >= since);
  const seconds = earlier ? (depth.at.getTime() - earlier.at.getTime()) / 1_000 : 0;
  if (!earlier || seconds < 30) return undefined;
  const isEstimate = depth.tasks > 100 && depth.tasks === earlier.tasks;
  return isEstimate ? undefined : (depth.tasks - earlier.tasks) / seconds;
}

/** Tasks that end, a second. */
export function leavingOf({ lastMinute }: QueueNow): number {
  return (lastMinute.succeeded + lastMinute.dead) / 60;
}

export interface DrainTime {
  /** 0: nothing is due; Infinity: never. */
  seconds: number;
  /** Tasks a second that it grows by; undefined: it does not, or unknown. */
  grows: number | undefined;
}

/** When its due tasks are gone. Of a paused queue: from when it is resumed. */
export function drainTimeOf(queue: QueueNow, past: readonly PastDepth[]): DrainTime {
  const due = dueTasks(queue);
  if (queue.state === 'disabled') return { seconds: due > 0 ? Infinity : 0, grows: undefined };
  if (queue.state === 'paused')
    return { seconds: drainSeconds({ due, leaving: queue.ratePerSecond ?? 0, growth: undefined }), grows: undefined };
  const growth = depthGrowth(queue, past);
  const leaving = leavingOf(queue);
  const seconds = drainSeconds({ due, leaving, growth });
  return { seconds, grows: seconds === Infinity && growth !== undefined && growth > 0 ? growth : undefined };
}
