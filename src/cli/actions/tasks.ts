// `pgtaskqueue tasks …`: adding tasks, looking at them, running and deleting them.

import type { Command } from 'commander';
import { explainTask } from '../../store/explanations.ts';
import { taskArguments } from '../../store/new-task.ts';
import { addTask, deleteTask, describeTask, listTasks, runTask } from '../../store/tasks.ts';
import { whole } from '../arguments.ts';
import { addTaskOptions, newTask, type TaskFlags } from '../commands/task-options.ts';
import { onDatabase, type Session } from '../connect.ts';
import { relative } from '../display/durations.ts';
import { describeTaskText, explanationText, taskTable } from '../display/task-text.ts';
import { NotFound } from '../exit-codes.ts';
import { addLeaseVerbs, uuid } from './leases.ts';
import { addSendCommand } from './send.ts';
import { addTaskFailureVerbs } from './task-failures.ts';

interface QueueFlag {
  queue: string;
}

/** Adds the noun `tasks` and its verbs. */
export function addTaskCommands(program: Command): void {
  const tasks = program
    .command('tasks')
    .description('add tasks, look at them, run and delete them, put dead ones back');
  const verb = (usage: string, what: string, example: string) =>
    tasks
      .command(usage)
      .description(what)
      .requiredOption('--queue <queue>', 'the queue')
      .addHelpText('after', `\nExample:\n  pgtaskqueue tasks ${example}`);

  addTaskOptions(
    verb('add', 'add a task', `add --queue mail --url /send --json-payload '{"to": "ada"}' --countdown 60`),
  ).action(onDatabase(add));
  verb('list', 'the tasks of a queue, those due first in front', 'list --queue mail --limit 20')
    .option('--limit <n>', 'how many at most', whole, 100)
    .action(onDatabase(list));
  verb('describe <name>', 'one task', 'describe receipt-7 --queue mail').action(onDatabase(describe));
  verb(
    'run <name>',
    'send a push task now, whatever its ETA and the state of its queue',
    'run receipt-7 --queue mail',
  ).action(onDatabase(run));
  verb('explain <name>', 'why it has not run, or what has become of it', 'explain receipt-7 --queue mail').action(
    onDatabase(explain),
  );
  verb('delete <name>', 'delete a task', 'delete receipt-7 --queue mail')
    .option('--lease-token <uuid>', 'only if this lease, as lease printed it, still holds the task', uuid)
    .action(onDatabase(remove));
  addLeaseVerbs(verb);
  addSendCommand(tasks);
  addTaskFailureVerbs(verb);
}

async function add({ database, output }: Session, flags: TaskFlags): Promise<void> {
  const task = await addTask(database, flags.queue, taskArguments(newTask(flags)), { transactional: false });
  const due = task.eta.getTime() > Date.now() ? `due ${relative(task.eta)}` : 'due now';
  output.result(`Added task ${task.name} to queue ${task.queue}, ${due}.`, task);
}

async function list({ database, output }: Session, { queue, limit }: QueueFlag & { limit: number }): Promise<void> {
  const tasks = await listTasks(database, queue, { limit });
  output.result(tasks.length > 0 ? taskTable(tasks, output.colors) : `No tasks in queue ${queue}.`, tasks);
}

async function describe({ database, output }: Session, name: string, { queue }: QueueFlag): Promise<void> {
  const task = await describeTask(database, queue, name);
  output.result(describeTaskText(task), task);
}

async function run({ database, output }: Session, name: string, { queue }: QueueFlag): Promise<void> {
  const asked = await runTask(database, queue, name);
  const text = asked ? `Task ${name} will be sent now.` : `Task ${name} is running already.`;
  output.result(text, { queue, name, run: asked });
}

async function explain({ database, output }: Session, name: string, { queue }: QueueFlag): Promise<void> {
  const reasons = await explainTask(database, queue, name);
  output.result(explanationText(reasons), reasons);
}

async function remove(
  { database, output }: Session,
  name: string,
  { queue, leaseToken }: QueueFlag & { leaseToken?: string },
): Promise<void> {
  if (!(await deleteTask(database, queue, name, leaseToken))) {
    const lost = leaseToken === undefined ? '' : ', or it is leased by someone else by now';
    throw new NotFound(`there is no task ${name} in queue ${queue}${lost}`);
  }
  output.result(`Deleted task ${name} from queue ${queue}.`, { queue, name });
}
