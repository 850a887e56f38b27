// What would keep the task of a form from being added, beside its fields: the database says it, and nothing is added.

import { TaskQueueError } from '../../../domain/errors.ts';
import type { NewTask } from '../../../domain/task.ts';
import { describeTasks, findTombstones } from '../../../store/found-tasks.ts';
import { checkNewTask } from '../../../store/task-check.ts';
import type { TaskCall } from '../../calls/task-call.ts';
import { shownDuration } from '../../parts/figures.ts';
import { utc } from '../../parts/moments.ts';
import type { ConsoleRequest } from '../../route.ts';
import type { AddField, AddForm } from './add-form.ts';

/** The field that an error belongs to; all others stand at the end of the form. */
const FIELD_OF: Record<string, AddField> = {
  TQ004: 'payload',
  TQ005: 'name',
  TQ007: 'url',
  TQ012: 'countdown',
  TQ021: 'method',
  TQ027: 'tag',
  TQ029: 'deadline',
  TQ105: 'retries',
  TQ111: 'target',
};

/** Errors that belong to no field. */
export const WHOLE_FORM = 'form';

/** The form with all that is wrong with it. */
export async function checkForm({ executor }: ConsoleRequest, form: AddForm): Promise<AddForm> {
  const { call, typed } = form;
  const problems = new Map(form.problems);
  const [problem, taken] = await Promise.all([checked(), call.name === undefined ? undefined : takenName(call.name)]);
  if (problem) {
    const field = FIELD_OF[problem.sqlState] ?? WHOLE_FORM;
    const shown = field === 'countdown' && typed.countdown === undefined ? 'eta' : field;
    if (!problems.has(shown)) problems.set(shown, sentence(problem.message));
  }
  if (taken !== undefined) problems.set('name', taken);
  return { ...form, problems };

  async function checked() {
    try {
      return await checkNewTask(executor, call.queue, newTaskOf(call));
    } catch (error) {
      if (error instanceof TaskQueueError && !error.retryable) return { sqlState: '', message: error.message };
      throw error;
    }
  }

  async function takenName(name: string): Promise<string | undefined> {
    if (!/^[\w-]{1,500}$/.test(name)) return undefined;
    const [[live], { rows }] = await Promise.all([
      describeTasks(executor, call.queue, [name]),
      findTombstones(executor, { queue: call.queue, name }),
    ]);
    if (live) return 'A live task has this name.';
    const [tombstone] = rows;
    if (!tombstone) return undefined;
    const rest = (tombstone.expires.getTime() - Date.now()) / 1_000;
    return `A task of this name ended at ${utc(tombstone.ended).slice(0, 16)}. It is free again in ${shownDuration(rest)}, at ${utc(tombstone.expires).slice(0, 16)} UTC.`;
  }
}

/** The call as the store takes it. */
export function newTaskOf(call: TaskCall): NewTask {
  const { name, url, method, headers, countdown, eta, target, tag, namespace, dispatchDeadline, retry } = call;
  const payload = call.bytes ?? call.payload;
  return {
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(payload === undefined ? {} : { payload }),
    ...(countdown === undefined ? {} : { countdown }),
    ...(eta === undefined ? {} : { eta }),
    ...(target === undefined ? {} : { target }),
    ...(tag === undefined ? {} : { tag }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(dispatchDeadline === undefined ? {} : { dispatchDeadline }),
    ...(retry === undefined ? {} : { retryOptions: retry }),
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, '.');
}
