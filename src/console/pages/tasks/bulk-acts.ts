// Acts on several tasks of a list: those that are ticked, or all that match. One task is acted on immediately, more in
// a job.

import { html } from 'hono/html';
import type { NewJob } from '../../../domain/job.ts';
import { HttpError } from '../../../http/http-error.ts';
import { createJob } from '../../../store/jobs.ts';
import { deleteTask, runTask } from '../../../store/tasks.ts';
import type { Html } from '../../html.ts';
import type { JobRunner } from '../../jobs/job-runner.ts';
import { count } from '../../parts/figures.ts';
import { question, requireTyped } from '../../parts/forms.ts';
import { queuePath } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, Done, FormFields, Page } from '../../route.ts';
import { parseFilter } from './filter.ts';
import { addressOf } from './task-list.ts';

/** From here on the name of the queue must be typed. */
const MANY = 100;

interface BulkAct {
  queue: string;
  act: 'run' | 'delete';
  /** The ticked ones; empty with `all`. */
  names: readonly string[];
  /** As many as were counted. */
  all: number | undefined;
  words: readonly string[];
}

export async function actOnTasks(request: ConsoleRequest, jobs: JobRunner): Promise<Page | Done> {
  const form = await request.form();
  const asked = readAct(request.param('queue'), form);
  const { queue, act, names, all, words } = asked;
  const back = addressOf(queue, words);
  if (names.length === 0 && all === undefined) return { goTo: back, note: 'No task was selected.' };
  if (form.get('confirmed') === undefined && (act === 'delete' || all !== undefined)) return ask(request, asked, back);
  if ((all ?? names.length) > MANY) requireTyped(form, queue);
  const [only] = names;
  if (only !== undefined && names.length === 1) return { goTo: back, note: await actOnOne(request, asked, only) };
  const id = await createJob(request.executor, jobOf(asked));
  jobs.begin(id);
  return { goTo: `jobs/${id}`, note: 'The job has begun.' };
}

function readAct(queue: string, form: FormFields): BulkAct {
  const act = form.get('act');
  if (act !== 'run' && act !== 'delete') throw new HttpError(400, `act must be run or delete, got ${act}`);
  const { words } = parseFilter(form.get('filter') ?? '');
  const given = form.get('all');
  const all = given === undefined ? undefined : Number(given);
  if (all !== undefined && !(Number.isSafeInteger(all) && all > 0))
    throw new HttpError(400, `all must be the number of tasks, got ${given}`);
  return { queue, act, names: all === undefined ? [...new Set(form.all('name'))] : [], all, words };
}

function jobOf({ queue, act, names, all, words }: BulkAct): NewJob {
  if (all === undefined) return { queue, act, tasks: names.length, names };
  return { queue, act, tasks: all, filter: parseFilter(words.join(' ')).filter };
}

async function actOnOne({ executor }: ConsoleRequest, { queue, act }: BulkAct, name: string): Promise<string> {
  if (act === 'delete')
    return (await deleteTask(executor, queue, name)) ? `Deleted ${name}.` : `There is no task ${name} any more.`;
  return (await runTask(executor, queue, name)) ? `${name} runs within moments.` : `${name} is running already.`;
}

function ask(request: ConsoleRequest, asked: BulkAct, back: string): Page {
  const { queue, act, names, all, words } = asked;
  const amount = all ?? names.length;
  const tasks = `${count(amount)} ${amount === 1 ? 'task' : 'tasks'}`;
  const verb = act === 'delete' ? 'Delete' : 'Run';
  const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;
  const body = question(request, {
    title: `${verb} ${tasks} of ${queue}?`,
    text: html`<p>${scope(asked)} ${consequence(act)}</p><p>It is done in steps of 100, which you can watch and cancel. Tasks that change meanwhile are left alone.</p>`,
    action: queuePath(queue, 'tasks'),
    fields: html`${hidden('confirmed', '1')}${hidden('act', act)}${hidden('filter', words.join(' '))}${all === undefined ? names.map((name) => hidden('name', name)) : hidden('all', String(all))}`,
    ...(amount > MANY ? { typed: queue } : {}),
    button: { label: `${verb} ${tasks}`, kind: act === 'delete' ? 'risk' : 'main' },
    back,
  });
  return { title: `${verb} ${tasks}?`, section: 'tasks', body };
}

function scope({ queue, all, words }: BulkAct): Html {
  if (all === undefined) return html`The tasks that you ticked.`;
  if (words.length === 0) return html`The next ${count(all)} tasks of ${isolated(queue)}, by their ETA.`;
  return html`At most ${count(all)} tasks of ${isolated(queue)} that match <code>${words.join(' ')}</code>.`;
}

function consequence(act: 'run' | 'delete'): string {
  return act === 'delete'
    ? 'Attempts in flight finish, and their answers are ignored. Given names stay taken until their tombstones expire.'
    : 'They start whatever their ETA, the rate of the queue, its concurrency or a pause. Retries count as before.';
}
