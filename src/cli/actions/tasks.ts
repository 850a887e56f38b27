// `pgtaskqueue tasks …`: adding, listing, running, explaining and deleting tasks.

import { explainTask } from '../../store/explanations.ts';
import { taskArguments } from '../../store/new-task.ts';
import { addTask, deleteTask, listTasks, runTask } from '../../store/tasks.ts';
import { type Given, readFlags } from '../commands/flags.ts';
import { TASK_FLAGS } from '../commands/task-flags.ts';
import { onDatabase, type Session } from '../connect.ts';
import { relative } from '../display/durations.ts';
import { explanationText, taskColumns } from '../display/task-text.ts';
import { EXIT, ExitWith, NotFound } from '../exit-codes.ts';
import { sqlAsCommands } from '../sql-as-commands.ts';

export const add = onDatabase(async ({ database, output }: Session, queue: string, given: Given) => {
  const task = await addTask(database, queue, taskArguments(readFlags(TASK_FLAGS, given)), { transactional: false });
  const due = task.eta.getTime() > Date.now() ? `due ${relative(task.eta)}` : 'due now';
  output.result(`Added task ${task.name} to queue ${task.queue}, ${due}.`, task);
});

export const list = onDatabase(async ({ database, output }: Session, queue: string, { limit }: { limit: number }) => {
  const tasks = await listTasks(database, queue, { limit });
  output.list(taskColumns(tasks), tasks, `No tasks in queue ${queue}.`);
});

export const run = onDatabase(async ({ database, output }: Session, queue: string, name: string) => {
  const asked = await runTask(database, queue, name);
  const text = asked ? `Task ${name} will be sent now.` : `Task ${name} is already running.`;
  output.result(text, { queue, name, run: asked });
});

export const explain = onDatabase(async ({ database, output }: Session, queue: string, name: string) => {
  const remedyOf = (remedy: string | null) => remedy && output.advice(sqlAsCommands(remedy));
  const reasons = (await explainTask(database, queue, name)).map(({ remedy, ...reason }) => ({
    ...reason,
    remedy: remedyOf(reason.reason === 'unknown' ? `pgtaskqueue tasks list ${queue}` : remedy),
  }));
  output.result(explanationText(reasons), reasons);
  if (reasons.some(({ reason }) => reason === 'unknown')) throw new ExitWith(EXIT.state);
});

export const remove = onDatabase(
  async ({ database, output }: Session, queue: string, name: string, { leaseToken }: { leaseToken?: string }) => {
    if (!(await deleteTask(database, queue, name, leaseToken))) {
      const lost = leaseToken === undefined ? '' : ', or another worker has leased it';
      throw new NotFound(
        `queue ${queue} has no task ${name}${lost}`,
        `List the tasks of the queue: pgtaskqueue tasks list ${queue}`,
      );
    }
    output.result(`Deleted task ${name} from queue ${queue}.`, { queue, name });
  },
);
