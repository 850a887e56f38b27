// `pgtaskqueue tasks attempts`, `dead` and `requeue`: lists failed attempts and dead tasks, and requeues dead tasks.

import { listAttempts } from '../../store/attempts.ts';
import { listDeadTasks } from '../../store/dead-tasks.ts';
import { describeQueue } from '../../store/queues.ts';
import { requeueTask, requeueTasks } from '../../store/tasks.ts';
import { onDatabase, type Session } from '../connect.ts';
import { ATTEMPT_COLUMNS, DEAD_COLUMNS } from '../display/failure-columns.ts';
import { UsageError } from '../exit-codes.ts';

interface ListFlags {
  limit: number;
}

export const attempts = onDatabase(
  async ({ database, output }: Session, queue: string | undefined, name: string | undefined, { limit }: ListFlags) => {
    const found = await listAttempts(database, queue, { name, limit });
    if (found.length === 0 && queue !== undefined) await describeQueue(database, queue);
    const columns = ATTEMPT_COLUMNS.filter(
      ({ heading }) => !(heading === 'QUEUE' && queue !== undefined) && !(heading === 'NAME' && name !== undefined),
    );
    const whose = name === undefined ? '' : ` of task ${name}`;
    output.list(columns, found, `No failed attempts${whose}${inQueue(queue)}.`);
  },
);

export const dead = onDatabase(
  async ({ database, output }: Session, queue: string | undefined, { limit }: ListFlags) => {
    const found = await listDeadTasks(database, queue, { limit });
    if (found.length === 0 && queue !== undefined) await describeQueue(database, queue);
    const columns = DEAD_COLUMNS.filter(({ heading }) => !(heading === 'QUEUE' && queue !== undefined));
    output.list(columns, found, `No dead tasks${inQueue(queue)}.`);
  },
);

export const requeue = onDatabase(
  async (
    { database, output }: Session,
    queue: string,
    name: string | undefined,
    { all = false }: { all?: boolean },
  ) => {
    if ((name === undefined) === !all) throw new UsageError('give the name of a dead task, or --all');
    if (name !== undefined) {
      const task = await requeueTask(database, queue, name);
      output.result(`Requeued task ${name} in queue ${queue}.`, task);
      return;
    }
    let total = 0;
    for (let some = -1; some !== 0; total += some) {
      some = await requeueTasks(database, queue);
      output.progress(`Requeued ${total + some} dead tasks of queue ${queue} …`);
    }
    output.progress('');
    output.result(`Requeued ${total} dead task${total === 1 ? '' : 's'} of queue ${queue}.`, {
      queue,
      requeued: total,
    });
  },
);

const inQueue = (queue: string | undefined) => (queue === undefined ? '' : ` in queue ${queue}`);
