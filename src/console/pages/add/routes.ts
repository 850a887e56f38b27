// The form of a new task, its preview, and the act.

import { TaskQueueError } from '../../../domain/errors.ts';
import { HttpError } from '../../../http/http-error.ts';
import { taskArguments } from '../../../store/new-task.ts';
import { describeQueue } from '../../../store/queues.ts';
import { listTargets } from '../../../store/targets.ts';
import { addTask } from '../../../store/tasks.ts';
import { taskPath } from '../../parts/paths.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from '../../route.ts';
import { ADD_FIELDS, readAddForm, type Typed } from './add-form.ts';
import { type AddView, addPage, noQueuePage } from './add-page.ts';
import { checkForm, newTaskOf, WHOLE_FORM } from './check-form.ts';

export function addRoutes(): ConsoleRoute[] {
  const needs = { right: 'enqueue', checkedInside: true } as const;
  return [
    { method: 'GET', path: '/add', needs, answer: show },
    { method: 'POST', path: '/add', needs, answer: add },
    { method: 'GET', path: '/add/calls', needs, answer: show }, // where the browser is after a preview without scripts
    { method: 'POST', path: '/add/calls', needs, answer: preview },
  ];
}

async function show(request: ConsoleRequest): Promise<Page> {
  const view = await viewOf(request, typedIn(request.query));
  return view ? addPage(request, view) : noQueuePage();
}

async function preview(request: ConsoleRequest): Promise<Page> {
  const view = await viewOf(request, await typedForm(request));
  if (!view) return noQueuePage();
  return addPage(request, { ...view, form: await checkForm(request, view.form) });
}

async function add(request: ConsoleRequest): Promise<Page | Done> {
  const view = await viewOf(request, await typedForm(request));
  if (!view) throw new HttpError(403, 'this credential does not have the right enqueue');
  const form = await checkForm(request, view.form);
  if (form.problems.size > 0) return addPage(request, { ...view, form }, 400);
  const { call } = form;
  try {
    const options = call.name === undefined ? {} : { transactional: false };
    const added = await addTask(request.executor, call.queue, taskArguments(newTaskOf(call)), options);
    return { goTo: taskPath(added.queue, added.name), note: `Added ${added.name}.` };
  } catch (error) {
    if (!(error instanceof TaskQueueError) || error.retryable) throw error;
    const problems = new Map([[WHOLE_FORM, `${error.message}.`]]);
    return addPage(request, { ...view, form: { ...form, problems } }, 409);
  }
}

/** Undefined: there is no queue that the caller may add to. */
async function viewOf(request: ConsoleRequest, typed: Typed): Promise<AddView | undefined> {
  const [snapshot, targets] = await Promise.all([request.snapshot(typed.queue), listTargets(request.executor)]);
  const queues = snapshot.queues
    .filter(({ name }) => request.may('enqueue', name))
    .sort((a, b) => a.name.localeCompare(b.name));
  const asked = queues.find(({ name }) => name === typed.queue);
  if (typed.queue !== undefined && !asked)
    throw new HttpError(404, `there is no queue ${typed.queue} that this credential may add tasks to`);
  const chosen = asked ?? queues.find(({ name }) => name === 'default') ?? queues[0];
  if (!chosen) return undefined;
  const queue = await describeQueue(request.executor, chosen.name);
  return { form: readAddForm(typed, queue), queue, queues, targets: targets.map(({ name }) => name) };
}

async function typedForm(request: ConsoleRequest): Promise<Typed> {
  const form = await request.form();
  return typedIn((field) => form.all(field).at(-1));
}

/** Browsers send line breaks as CR and LF, whatever was pasted. Only the body keeps its spaces. */
function typedIn(value: (field: string) => string | undefined): Typed {
  const found: Record<string, string> = {};
  for (const field of ADD_FIELDS) {
    const text = value(field)?.replaceAll('\r\n', '\n') ?? '';
    const kept = field === 'payload' || field === 'headers' ? text : text.trim();
    if (kept !== '') found[field] = kept;
  }
  return { type: 'json', ...found };
}
