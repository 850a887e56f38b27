// `pgtaskqueue queues watch`: a live view of throughput and depth.

import type { QueueStatus } from '../../domain/queue.ts';
import { listQueues } from '../../store/queues.ts';
import { onDatabase, type Session } from '../connect.ts';
import { formatDuration, formatRate, formatTime, relative } from '../display/durations.ts';
import { STATE_COLUMN } from '../display/queue-text.ts';
import type { Column } from '../display/table.ts';

const CLEAR = '\u001b[H\u001b[2J';

/** A queue with its throughput and the time until nothing is due. */
interface Watched extends QueueStatus {
  /** Tasks that succeeded per second, over the last minute. */
  speed: number;
  /** Seconds until nothing is due at this speed; null: that will never be. */
  drain: number | null;
}

const COLUMNS: Column<Watched>[] = [
  { heading: 'NAME', cell: (queue) => queue.name, isName: true },
  { heading: 'RATE', cell: (queue) => queue.rate, right: true, drop: 2 },
  { heading: 'NOW', cell: (queue) => formatRate(queue.speed), right: true },
  { heading: 'FAILED/MIN', cell: (queue) => queue.failedLastMinute, right: true },
  { heading: 'DEAD/MIN', cell: (queue) => queue.deadLastMinute, right: true },
  { heading: 'DEPTH', cell: (queue) => queue.tasks, right: true },
  { heading: 'OLDEST', cell: (queue) => queue.oldestEta && relative(queue.oldestEta), right: true, drop: 1 },
  { heading: 'IN FLIGHT', cell: (queue) => queue.inFlight, right: true, drop: 3 },
  {
    heading: 'DONE IN',
    cell: (queue) => (queue.drain === null ? 'never' : formatDuration(Math.ceil(queue.drain), 2)),
    right: true,
  },
  STATE_COLUMN,
];

export const watch = onDatabase(
  async ({ database, output }: Session, { interval, count = Infinity }: { interval: number; count?: number }) => {
    const stop = new AbortController();
    const end = () => stop.abort();
    process.once('SIGINT', end);
    try {
      for (let refreshes = 1; ; refreshes++) {
        const queues = (await listQueues(database)).map(watched);
        const clear = process.stdout.isTTY && !output.json ? CLEAR : '';
        output.result(`${clear}${formatTime(new Date())}\n${output.table(COLUMNS, queues)}\n`, queues);
        if (refreshes >= count || !(await pause(interval * 1000, stop.signal))) return;
      }
    } finally {
      process.off('SIGINT', end);
    }
  },
);

/** The queue with its throughput and the time until nothing is due. */
export function watched(queue: QueueStatus): Watched {
  const speed = queue.succeededLastMinute / 60;
  const waiting = queue.due < 100 ? queue.due : Math.max(queue.due, queue.tasks - queue.scheduled - queue.inFlight);
  const due = waiting + queue.inFlight;
  return { ...queue, speed, drain: due === 0 ? 0 : speed > 0 ? due / speed : null };
}

/** Sleeps; false when the signal ended it. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(false);
    });
    if (signal.aborted) resolve(false);
  });
}
