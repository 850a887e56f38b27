// Converts a new task from TypeScript's spelling to SQL's. It rejects only values that would be lost or changed on the
// way: the database checks names, sizes, ranges and combinations, once for all languages.

import {
  InvalidDispatchDeadlineError,
  InvalidEtaError,
  InvalidTagError,
  InvalidTaskError,
  InvalidTaskNameError,
  InvalidTaskRetryOptionsError,
  InvalidUrlError,
} from '../domain/errors.ts';
import { TASK_GUESSES } from '../domain/first-guesses.ts';
import { keysOf, requireKnownKeys } from '../domain/known-keys.ts';
import { type NewTask, TASK_PROPERTIES } from '../domain/task.ts';
import { kindOf, requireText } from '../domain/text.ts';
import type { AllArguments, FunctionArguments } from '../schema/functions.ts';
import { momentText } from './eta.ts';
import { jsonText } from './json-text.ts';
import { headersObject, type Params, paramsObject } from './params.ts';
import { retryObject } from './retry.ts';

const KNOWN = keysOf(TASK_PROPERTIES);

/** Arguments of `add` that say how a task is added, rather than describe it. */
type CallArgument = 'queue' | 'transactional' | 'if_exists' | 'wake' | 'service';
type BodyArgument = 'payload' | 'payload_bytes' | 'payload_json';

/** Objects that are not yet JSON text. */
interface TaskDocuments {
  headers?: Record<string, string> | undefined;
  params?: Params | undefined;
  retry?: Record<string, number> | undefined;
}

/** A task as SQL spells it. */
export type TaskArguments = TaskDocuments & {
  [Name in Exclude<keyof AllArguments<'add'>, CallArgument | keyof TaskDocuments>]?:
    | NonNullable<AllArguments<'add'>[Name]>
    | undefined;
};

/** A task without its body. A missing argument of `add` does not compile. */
type ReadArguments = Record<Exclude<keyof TaskArguments, BodyArgument>, unknown> & TaskArguments;

/**
 * Reads a task.
 *
 * @throws TypeError for an unknown property or a wrong type; InvalidTaskError or a subclass for a value that cannot be
 *   sent
 */
export function taskArguments(task: NewTask): TaskArguments {
  if (typeof task !== 'object' || task === null || Array.isArray(task)) {
    throw new TypeError(`a task must be an object, got ${Array.isArray(task) ? 'an array' : kindOf(task)}`);
  }
  if (isPayload(task)) return { payload: requireText(task.payload, 'payload', InvalidTaskError) };
  requireKnownKeys(task, KNOWN, 'a task', TASK_GUESSES);
  const { name, url, method, headers, params, countdown, eta, target, tag, namespace, dispatchDeadline, retryOptions } =
    task;
  const read: ReadArguments = {
    name: given(name) ? requireText(name, 'name', InvalidTaskNameError) : undefined,
    url: given(url) ? requireText(url, 'url', InvalidUrlError) : undefined,
    method: given(method) ? requireText(method, 'method', InvalidTaskError) : undefined,
    headers: given(headers) ? headersObject(headers) : undefined,
    params: given(params) ? paramsObject(params) : undefined,
    countdown: given(countdown) ? countdownSeconds(countdown) : undefined,
    eta: given(eta) ? momentText(eta) : undefined,
    target: given(target) ? requireText(target, 'target', InvalidTaskError) : undefined,
    tag: given(tag) ? requireText(tag, 'tag', InvalidTagError) : undefined,
    namespace: given(namespace) ? requireText(namespace, 'namespace', InvalidTaskError) : undefined,
    dispatch_deadline: given(dispatchDeadline) ? deadlineSeconds(dispatchDeadline) : undefined,
    retry: given(retryOptions) ? retryObject(retryOptions, 'retryOptions', InvalidTaskRetryOptionsError) : undefined,
  };
  return { ...read, ...bodyOf(task, read) };
}

/** Returns the task as the arguments of `add`. */
export function addArguments(task: TaskArguments): FunctionArguments<'add'> {
  const { headers, params, retry } = task;
  if (headers === undefined && params === undefined && retry === undefined) return task as FunctionArguments<'add'>;
  return { ...task, headers: jsonOf(headers), params: jsonOf(params), retry: jsonOf(retry) };
}

/** Returns the tasks as the array for `add_payloads`; undefined if one is more than text. */
export function payloadsOf(tasks: readonly TaskArguments[]): string[] | undefined {
  return tasks.every(isPayload) ? tasks.map(({ payload }) => payload) : undefined;
}

/** Returns the task as an element of the array for `add_tasks`. */
export function batchElement({ payload_bytes, payload_json, ...task }: TaskArguments): Record<string, unknown> {
  return {
    ...task,
    payload_base64: payload_bytes && Buffer.from(payload_bytes).toString('base64'),
    payload_json: payload_json === undefined ? undefined : JSON.parse(payload_json),
  };
}

/** Whether a task is a plain object with text as its payload, and nothing else. Most tasks of batches are. */
function isPayload<Task extends { payload?: unknown }>(task: Task): task is Task & { payload: string } {
  const keys = Object.keys(task);
  return (
    keys.length === 1 &&
    keys[0] === 'payload' &&
    typeof task.payload === 'string' &&
    Object.getPrototypeOf(task) === Object.prototype
  );
}

// JSON is sent as its exact text if the task shows whether it is a push task, which gets the header, or a pull task,
// which may have none. Otherwise it is sent as jsonb and the queue's mode decides about the header; jsonb keeps the
// meaning of the text but not its spelling.
function bodyOf(task: NewTask, read: TaskArguments): TaskArguments {
  const { payload, json } = task;
  if (given(payload) && json !== undefined)
    throw new InvalidTaskError('a task must have either payload or json, got both');
  if (payload instanceof Uint8Array) return { payload_bytes: payload };
  if (given(payload)) {
    if (typeof payload !== 'string')
      throw new InvalidTaskError(`payload must be a string or bytes, got ${kindOf(payload)}`);
    return { payload: requireText(payload, 'payload', InvalidTaskError) };
  }
  if (!Object.hasOwn(task, 'json')) return {};
  const text = jsonText(json);
  if (read.method?.toUpperCase() === 'PULL') return { payload: text };
  const saysPush = [read.method, read.url, read.headers, read.target, read.dispatch_deadline].some(given);
  return saysPush ? { payload: text, headers: withContentType(read.headers) } : { payload_json: text };
}

function withContentType(headers: Record<string, string> | undefined): Record<string, string> {
  const has = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
  return Object.assign(Object.create(null), has ? {} : { 'content-type': 'application/json' }, headers);
}

function countdownSeconds(countdown: unknown): number {
  if (typeof countdown !== 'number')
    throw new InvalidTaskError(`countdown must be a number of seconds, got ${kindOf(countdown)}`);
  if (!Number.isFinite(countdown))
    throw new InvalidEtaError(`countdown must be a finite number of seconds, got ${countdown}`);
  return countdown;
}

function deadlineSeconds(deadline: unknown): number {
  if (typeof deadline !== 'number')
    throw new TypeError(`dispatchDeadline must be a number of seconds, got ${kindOf(deadline)}`);
  if (!Number.isFinite(deadline))
    throw new InvalidDispatchDeadlineError(`dispatchDeadline must be a finite number, got ${deadline}`);
  return deadline;
}

function given<Value>(value: Value | undefined | null): value is Value {
  return value !== undefined && value !== null;
}

function jsonOf(value: object | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
