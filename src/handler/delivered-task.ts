// A task, as its handler gets it: what the headers of its request say, with types.

import { isNamespace } from '../domain/namespace-manager.ts';
import { TASK_HEADERS, type TaskFact } from '../domain/task-headers.ts';
import { TaskVerificationError } from './task-verification-error.ts';

/** For requests that say no deadline. */
const DEFAULT_DEADLINE_MS = 600_000;
/** The longest timer that Node keeps. */
const MAX_TIMER_MS = 2_147_483_647;

/** What is read of a request before its body. */
export interface RequestHead {
  method: string;
  /** Path and query, as they stand in the request line. */
  path: string;
  headers: Headers;
}

/** One attempt of a push task. */
export class DeliveredTask implements Record<TaskFact, unknown> {
  readonly queue: string;
  readonly name: string;
  /** Earlier attempts, whatever became of them. */
  readonly retryCount: number;
  /** Earlier attempts that were answered. */
  readonly executionCount: number;
  /** When this attempt was due. */
  readonly eta: Date;
  /** Status of the attempt before, 0: it got no answer; null: this is the first. */
  readonly previousResponse: number | null;
  /** Why it is tried again, such as `App Error`; null: this is the first attempt. */
  readonly retryReason: string | null;
  /** The namespace it was added in; '': none. */
  readonly namespace: string;
  /** When this attempt is given up, and may begin anew. */
  readonly deadline: Date;
  /** The same on each attempt of this task, and no other task's: 32 hexadecimal digits. */
  readonly idempotencyKey: string;
  /** The request was proven to be a dispatcher's. False only where `insecure` was asked for. */
  readonly genuine: boolean;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  #signal: AbortSignal | undefined;

  /** @throws TaskVerificationError for headers that are not a task's */
  constructor(head: RequestHead, body: Uint8Array, genuine: boolean) {
    const { method, path, headers } = head;
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
    this.genuine = genuine;
    this.queue = required(headers, 'queue');
    this.name = required(headers, 'name');
    this.idempotencyKey = headers.get('webhook-id') ?? refuse('webhook-id');
    this.retryCount = number(headers, 'retryCount') ?? 0;
    this.executionCount = number(headers, 'executionCount') ?? 0;
    this.previousResponse = number(headers, 'previousResponse');
    this.retryReason = fact(headers, 'retryReason');
    this.eta = moment(headers, 'eta') ?? new Date();
    this.deadline = moment(headers, 'deadline') ?? new Date(Date.now() + DEFAULT_DEADLINE_MS);
    this.namespace = fact(headers, 'namespace') ?? '';
    if (!isNamespace(this.namespace)) refuse(TASK_HEADERS.namespace);
  }

  /** Aborts at the deadline: what is done later is done again. */
  get signal(): AbortSignal {
    const left = Math.min(Math.max(this.deadline.getTime() - Date.now(), 0), MAX_TIMER_MS);
    this.#signal ??= AbortSignal.timeout(left);
    return this.#signal;
  }

  /** The body as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** @throws SyntaxError when the body is not JSON */
  json<Value = unknown>(): Value {
    return JSON.parse(this.text());
  }

  /** The params it was added with: the body's when it is a form, else the query's. */
  params(): URLSearchParams {
    const isForm = this.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
    return new URLSearchParams(isForm ? this.text() : (this.path.split('?', 2)[1] ?? ''));
  }
}

/** What a header of the task says; null: it is not there, or empty. */
function fact(headers: Headers, name: TaskFact): string | null {
  const header = TASK_HEADERS[name];
  return headers.get(header) || headers.get(header.replace('X-AppEngine-', 'X-CloudTasks-')) || null;
}

function required(headers: Headers, name: TaskFact): string {
  return fact(headers, name) ?? refuse(TASK_HEADERS[name]);
}

function number(headers: Headers, name: TaskFact): number | null {
  const text = fact(headers, name);
  if (text === null) return null;
  return /^\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : refuse(TASK_HEADERS[name]);
}

/** Seconds since 1970. */
function moment(headers: Headers, name: TaskFact): Date | null {
  const seconds = number(headers, name);
  return seconds === null ? null : new Date(seconds * 1000);
}

function refuse(header: string): never {
  throw new TaskVerificationError(
    'missing',
    `no header ${header}, or one that makes no sense: this is no task request`,
  );
}
