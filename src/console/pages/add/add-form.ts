// The form of a new task: what was typed, the task it stands for, and what is wrong with single fields.

import type { RetryParameters } from '../../../domain/retry.ts';
import { isJson } from '../../bodies/json-tokens.ts';
import type { TaskCall } from '../../calls/task-call.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { typedDuration } from '../../parts/durations.ts';

/** The names of the fields. */
export const ADD_FIELDS = [
  ...['queue', 'name', 'url', 'method', 'target', 'type', 'payload', 'countdown', 'eta', 'headers'],
  ...['deadline', 'tag', 'namespace', 'retries', 'age', 'least', 'most', 'doublings'],
] as const;
export type AddField = string;

/** What was typed, by field; empty fields are missing. */
export type Typed = Readonly<Record<AddField, string>>;

export interface AddForm {
  typed: Typed;
  call: TaskCall;
  /** What is wrong, by field. */
  problems: ReadonlyMap<AddField, string>;
}

export const BODY_TYPES = {
  json: { label: 'JSON', type: 'application/json' },
  text: { label: 'Text', type: undefined },
  form: { label: 'Form', type: 'application/x-www-form-urlencoded' },
} as const;

/** Reads the form for a queue: fields that its kind of task does not have are ignored. */
export function readAddForm(typed: Typed, queue: Pick<QueueNow, 'name' | 'mode'>): AddForm {
  const problems = new Map<AddField, string>();
  const isPush = queue.mode === 'push';
  const call: TaskCall = {
    ...{ queue: queue.name, mode: queue.mode, name: typed.name, payload: typed.payload },
    ...{ countdown: durationIn(typed, 'countdown', problems), eta: momentIn(typed, problems) },
    ...(isPush ? pushPart(typed, problems) : { tag: typed.tag }),
  };
  if (isPush && typed.type === 'json' && typed.payload !== undefined && !isJson(typed.payload))
    problems.set('payload', 'It is not valid JSON. It can be sent as text.');
  return { typed, call, problems };
}

function pushPart(typed: Typed, problems: Map<AddField, string>): Partial<TaskCall> {
  const headers = headersIn(typed, problems);
  const type = BODY_TYPES[typed.type as keyof typeof BODY_TYPES]?.type;
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const all = typed.payload !== undefined && type && !named ? { 'content-type': type, ...headers } : headers;
  return {
    ...{ url: typed.url, target: typed.target, namespace: typed.namespace },
    method: typed.method === 'POST' ? undefined : typed.method,
    headers: Object.keys(all).length > 0 ? all : undefined,
    dispatchDeadline: durationIn(typed, 'deadline', problems),
    retry: retryIn(typed, problems),
  };
}

function headersIn({ headers = '' }: Typed, problems: Map<AddField, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of headers.split('\n').filter((one) => one.trim() !== '')) {
    const [, name, value] = /^\s*([^:\s]+)\s*:\s?(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      problems.set('headers', `A header must be a line such as x-kind: receipt, got ${line.slice(0, 120)}`);
    else found[name] = value;
  }
  return found;
}

function retryIn(typed: Typed, problems: Map<AddField, string>): RetryParameters | undefined {
  const retry: RetryParameters = {
    ...some('taskRetryLimit', wholeIn(typed, 'retries', problems)),
    ...some('taskAgeLimit', durationIn(typed, 'age', problems)),
    ...some('minBackoffSeconds', durationIn(typed, 'least', problems)),
    ...some('maxBackoffSeconds', durationIn(typed, 'most', problems)),
    ...some('maxDoublings', wholeIn(typed, 'doublings', problems)),
  };
  return Object.keys(retry).length > 0 ? retry : undefined;
}

function some(key: keyof RetryParameters, value: number | undefined): RetryParameters {
  return value === undefined ? {} : { [key]: value };
}

function wholeIn(typed: Typed, field: AddField, problems: Map<AddField, string>): number | undefined {
  const text = typed[field];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  problems.set(field, `It must be a whole number, got ${text}`);
  return undefined;
}

function durationIn(typed: Typed, field: AddField, problems: Map<AddField, string>): number | undefined {
  const text = typed[field];
  if (text === undefined) return undefined;
  const seconds = typedDuration(text);
  if (seconds === undefined) problems.set(field, `It must be a duration such as 90 s, 2 m or 1h30m, got ${text}`);
  return seconds;
}

function momentIn({ eta }: Typed, problems: Map<AddField, string>): Date | undefined {
  if (eta === undefined) return undefined;
  const moment = new Date(/[zZ]|[+-]\d\d:\d\d$/.test(eta) ? eta : `${eta}Z`);
  if (!Number.isNaN(moment.getTime())) return moment;
  problems.set('eta', `It must be a time such as 2030-01-31T08:30:00Z, got ${eta}`);
  return undefined;
}
