// Acts on several dead tasks of a queue: those that are ticked, or all.

import { html } from 'hono/html';
import type { JobAct } from '../../../domain/job.ts';
import { HttpError } from '../../../http/http-error.ts';
import { countDeadTasks } from '../../../store/dead-tasks.ts';
import { createJob } from '../../../store/jobs.ts';
import type { JobRunner } from '../../jobs/job-runner.ts';
import { count } from '../../parts/figures.ts';
import { question, requireTyped } from '../../parts/forms.ts';
import { withQuery } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, Done, Page } from '../../route.ts';

type DeadAct = Extract<JobAct, 'requeue' | 'delete_dead'>;

/** From here on the name of the queue must be typed to delete tasks. */
const MANY = 100;

/** The question about all dead tasks of a queue, with their number: no more are acted on. */
export async function askAboutAll(request: ConsoleRequest): Promise<Page> {
  const queue = request.query('queue') ?? '';
  const act = actOf(request.query('act'));
  requireOperate(request, queue);
  return ask(request, { queue, act, tasks: await countDeadTasks(request.executor, queue), names: undefined });
}

export async function actOnAll(request: ConsoleRequest, jobs: JobRunner): Promise<Done> {
  const form = await request.form();
  const [queue, act, given] = [form.get('queue') ?? '', actOf(form.get('act')), form.get('tasks') ?? ''];
  requireOperate(request, queue);
  if (!/^[1-9]\d{0,11}$/.test(given)) throw new HttpError(400, `tasks must be the number of tasks, got ${given}`);
  const tasks = Number(given);
  if (act === 'delete_dead' && tasks > MANY) requireTyped(form, queue);
  return begin(jobs, await createJob(request.executor, { queue, act, tasks }));
}

export async function actOnSelected(request: ConsoleRequest, jobs: JobRunner): Promise<Page | Done> {
  const form = await request.form();
  const [queue, act, names] = [form.get('queue') ?? '', actOf(form.get('act')), [...new Set(form.all('name'))]];
  requireOperate(request, queue);
  if (names.length === 0) return { goTo: withQuery('dead', { queue }), note: 'No task was selected.' };
  if (act === 'delete_dead' && form.get('confirmed') === undefined)
    return ask(request, { queue, act, tasks: names.length, names });
  return begin(jobs, await createJob(request.executor, { queue, act, tasks: names.length, names }));
}

function begin(jobs: JobRunner, id: string): Done {
  jobs.begin(id);
  return { goTo: `jobs/${id}`, note: 'The job has begun.' };
}

function actOf(given: string | undefined): DeadAct {
  if (given === 'requeue' || given === 'delete_dead') return given;
  throw new HttpError(400, `act must be requeue or delete_dead, got ${given}`);
}

function requireOperate(request: ConsoleRequest, queue: string): void {
  if (!request.may('operate', queue))
    throw new HttpError(403, `this credential does not have the right operate on queue ${queue}`);
}

interface Asked {
  queue: string;
  act: DeadAct;
  tasks: number;
  /** Undefined: all. */
  names: readonly string[] | undefined;
}

function ask(request: ConsoleRequest, { queue, act, tasks, names }: Asked): Page {
  const verb = act === 'requeue' ? 'Requeue' : 'Delete';
  const amount = `${count(tasks)} dead ${tasks === 1 ? 'task' : 'tasks'}`;
  const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;
  const back = withQuery('dead', { queue });
  if (tasks === 0)
    return {
      title: 'No dead tasks',
      section: 'dead',
      body: html`<div class="head"><h1>No dead tasks of ${isolated(queue)}</h1><div class="acts"><a class="btn" href="${back}">Back</a></div></div>`,
    };
  const consequence =
    act === 'requeue'
      ? 'They are due at once, under their own names and with all their retries. A task whose name another task has by now stays.'
      : "They can't be requeued after that. Their names stay taken until their tombstones expire.";
  const body = question(request, {
    title: `${verb} ${amount} of ${queue}?`,
    text: html`<p>${consequence}</p><p>It is done in steps, which you can watch and cancel.</p>`,
    action: names ? 'dead/selected' : 'dead/all',
    fields: html`${hidden('queue', queue)}${hidden('act', act)}${hidden('confirmed', '1')}${names ? names.map((name) => hidden('name', name)) : hidden('tasks', String(tasks))}`,
    ...(act === 'delete_dead' && tasks > MANY ? { typed: queue } : {}),
    button: { label: `${verb} ${amount}`, kind: act === 'requeue' ? 'main' : 'risk' },
    back,
  });
  return { title: `${verb} ${amount}?`, section: 'dead', body };
}
