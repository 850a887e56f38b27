// All that the page of a queue shows, read once.

import { UnknownQueueError } from '../../../domain/errors.ts';
import { countQueues, type PastDepth } from '../../../store/live-queues.ts';
import { type ChartPoint, fetchChart } from '../../../store/queue-insights.ts';
import type { KeptAnswers } from '../../live/kept-answers.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import type { ConsoleRequest } from '../../route.ts';
import { slotSeconds } from '../queues/outlook.ts';
import { RANGES, type RangeName } from './ranges.ts';

export interface QueueView {
  /** Its tasks are counted anew, a short scan. */
  queue: QueueNow;
  past: readonly PastDepth[];
  /** How long attempts take; undefined: none has ended in the last hour. */
  attemptSeconds: number | undefined;
  now: Date;
  /** For what changes more slowly than it is shown. */
  kept: KeptAnswers;
}

/** @throws UnknownQueueError */
export async function queueView(request: ConsoleRequest): Promise<QueueView> {
  const name = request.param('queue');
  const [counted] = await countQueues(request.executor, name);
  const snapshot = await request.snapshot(counted && name);
  const queue = snapshot.queue(name);
  if (!queue || !counted) throw new UnknownQueueError(`there is no queue ${name}`, { detail: { queue: name } });
  const past = (await snapshot.past([name])).get(name) ?? [];
  const points = queue.mode === 'push' ? await pointsOf(request, snapshot.kept, name, 'hour') : [];
  const inFlight = queue.mode === 'pull' ? counted.inFlight : queue.inFlight;
  const { tasks, due, scheduled, oldestDue, at, oldestEta } = counted;
  return {
    queue: { ...queue, inFlight, oldestEta, depth: { tasks, due, scheduled, oldestDue, at } },
    past,
    attemptSeconds: points.findLast(({ duration }) => duration)?.duration?.p50 ?? slotSeconds(queue),
    now: snapshot.at,
    kept: snapshot.kept,
  };
}

/** The points of a queue's charts: a tenth of a step may pass before they are asked for again. */
export function pointsOf(
  request: ConsoleRequest,
  kept: KeptAnswers,
  queue: string,
  range: RangeName,
): Promise<ChartPoint[]> {
  const ask = () => fetchChart(request.executor, queue, RANGES[range]);
  return kept.of(`chart ${queue} ${range}`, RANGES[range].step * 100, ask);
}
