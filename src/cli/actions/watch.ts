// `pgtaskqueue queues watch`: the queues as they do, drawn again and again.

import type { Command } from 'commander';
import type { QueueStatus } from '../../domain/queue.ts';
import { listQueues } from '../../store/queues.ts';
import { duration, whole } from '../arguments.ts';
import { onDatabase, type Session } from '../connect.ts';
import { clock, relative } from '../display/durations.ts';
import { STATE_COLORS, stateText } from '../display/queue-text.ts';
import { type Column, table } from '../display/table.ts';

const CLEAR = '\u001b[H\u001b[2J';

/** How fast a queue is, and how long it takes to be empty at that. */
interface Watched extends QueueStatus {
  /** Tasks a second over the last minute. */
  speed: number;
  /** Seconds until it is empty; null: at this speed never. */
  drain: number | null;
}

const COLUMNS: Column<Watched>[] = [
  { heading: 'NAME', cell: (queue) => queue.name },
  { heading: 'RATE', cell: (queue) => queue.rate, right: true },
  { heading: 'NOW', cell: (queue) => `${queue.speed.toFixed(1)}/s`, right: true },
  { heading: 'DEPTH', cell: (queue) => queue.tasks, right: true },
  { heading: 'OLDEST', cell: (queue) => queue.oldestEta && relative(queue.oldestEta), right: true },
  { heading: 'IN FLIGHT', cell: (queue) => queue.inFlight, right: true },
  {
    heading: 'DRAINED IN',
    cell: (queue) => (queue.drain === null ? 'never' : clock(Math.ceil(queue.drain))),
    right: true,
  },
  { heading: 'STATE', cell: stateText, color: ({ state }) => STATE_COLORS[state] },
];

/** Adds the verb to `queues`. */
export function addWatchCommand(queues: Command): void {
  queues
    .command('watch')
    .description('the queues as they do: how fast, how deep, empty when; Ctrl-C ends it')
    .option('--interval <duration>', 'between two looks', duration, 2)
    .option('--count <n>', 'end after so many looks', whole)
    .addHelpText('after', '\nExample:\n  pgtaskqueue queues watch --interval 5s')
    .action(onDatabase(watch));
}

async function watch(
  { database, output }: Session,
  { interval, count = Infinity }: { interval: number; count?: number },
): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once('SIGINT', end);
  try {
    for (let looks = 1; ; looks++) {
      const queues = (await listQueues(database)).map(watched);
      const clear = process.stdout.isTTY && !output.json ? CLEAR : '';
      output.result(`${clear}${new Date().toISOString()}\n${table(COLUMNS, queues, output.colors)}\n`, queues);
      if (looks >= count || !(await pause(interval * 1000, stop.signal))) return;
    }
  } finally {
    process.off('SIGINT', end);
  }
}

/** The queue with its speed, and how long it takes to be empty. */
export function watched(queue: QueueStatus): Watched {
  const speed = queue.executedLastMinute / 60;
  return { ...queue, speed, drain: queue.tasks === 0 ? 0 : speed > 0 ? queue.tasks / speed : null };
}

/** False: it was ended meanwhile. */
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
