// `pgtaskqueue tasks attempts / dead / requeue`: why tasks failed, which gave up, and putting them back.

import type { Command } from 'commander';
import type { Attempt, DeadTask } from '../../domain/task.ts';
import { listAttempts } from '../../store/attempts.ts';
import { listDeadTasks } from '../../store/dead-tasks.ts';
import { describeQueue } from '../../store/queues.ts';
import { requeueTask, requeueTasks } from '../../store/tasks.ts';
import { whole } from '../arguments.ts';
import { onDatabase, type Session } from '../connect.ts';
import { relative } from '../display/durations.ts';
import { type Column, table } from '../display/table.ts';
import { UsageError } from '../exit-codes.ts';

interface ListFlags {
  queue: string;
  limit: number;
}

/** Makes a verb of the noun `tasks`, which has the option --queue. */
type Verb = (usage: string, what: string, example: string) => Command;

const ATTEMPT_COLUMNS: Column<Attempt>[] = [
  { heading: 'NAME', cell: (attempt) => attempt.name },
  { heading: 'ATTEMPT', cell: (attempt) => attempt.attempt, right: true },
  { heading: 'ENDED', cell: (attempt) => relative(attempt.ended), right: true },
  { heading: 'TOOK', cell: (attempt) => `${attempt.seconds.toFixed(3)} s`, right: true },
  { heading: 'STATUS', cell: (attempt) => attempt.status || '', right: true },
  { heading: 'REASON', cell: (attempt) => attempt.reason ?? 'success' },
  { heading: 'ANSWER', cell: (attempt) => firstLine(attempt.error ?? attempt.response) },
];

const DEAD_COLUMNS: Column<DeadTask>[] = [
  { heading: 'NAME', cell: (task) => task.name },
  { heading: 'DIED', cell: (task) => relative(task.died), right: true },
  { heading: 'ATTEMPTS', cell: (task) => task.retryCount, right: true },
  { heading: 'STATUS', cell: (task) => task.lastStatus || '', right: true },
  { heading: 'REASON', cell: (task) => task.reason },
  { heading: 'ANSWER', cell: (task) => firstLine(task.error ?? task.response) },
  { heading: 'KEPT', cell: (task) => relative(task.expires), right: true },
];

const MOST_ANSWER = 60;

/** Adds the verbs. */
export function addTaskFailureVerbs(verb: Verb): void {
  verb(
    'attempts [name]',
    'attempts that failed, or succeeded after a failure, the latest first',
    'attempts receipt-7 --queue mail',
  )
    .option('--limit <n>', 'how many at most', whole, 100)
    .action(onDatabase(attempts));
  verb('dead', 'tasks that ran out of retries, and why, the latest first', 'dead --queue mail')
    .option('--limit <n>', 'how many at most', whole, 100)
    .action(onDatabase(dead));
  verb('requeue [name]', 'put a dead task back, or all of them', 'requeue --queue mail --all')
    .option('--all', 'all dead tasks of the queue')
    .action(onDatabase(requeue));
}

async function attempts(
  { database, output }: Session,
  name: string | undefined,
  { queue, limit }: ListFlags,
): Promise<void> {
  const found = await listAttempts(database, queue, { name, limit });
  if (found.length === 0) await describeQueue(database, queue);
  const none = `No attempt${name === undefined ? '' : ` of ${name}`} in queue ${queue} has failed.`;
  output.result(found.length > 0 ? table(ATTEMPT_COLUMNS, found, output.colors) : none, found);
}

async function dead({ database, output }: Session, { queue, limit }: ListFlags): Promise<void> {
  const found = await listDeadTasks(database, queue, { limit });
  if (found.length === 0) await describeQueue(database, queue);
  output.result(
    found.length > 0 ? table(DEAD_COLUMNS, found, output.colors) : `No dead tasks in queue ${queue}.`,
    found,
  );
}

async function requeue(
  { database, output }: Session,
  name: string | undefined,
  { queue, all = false }: { queue: string; all?: boolean },
): Promise<void> {
  if ((name === undefined) === !all) throw new UsageError('give the name of a dead task, or --all');
  if (name !== undefined) {
    const task = await requeueTask(database, queue, name);
    output.result(`Task ${name} is back in queue ${queue}.`, task);
    return;
  }
  let total = 0;
  for (let some = -1; some !== 0; total += some) {
    some = await requeueTasks(database, queue);
    output.progress(`${total + some} back in queue ${queue} …`);
  }
  output.progress('');
  output.result(`${total} dead task${total === 1 ? ' is' : 's are'} back in queue ${queue}.`, {
    queue,
    requeued: total,
  });
}

/** The table shows no control characters. */
function firstLine(text: string | null): string {
  const [line = ''] = (text ?? '').trim().split('\n', 1);
  return line.length > MOST_ANSWER ? `${line.slice(0, MOST_ANSWER)} …` : line;
}
