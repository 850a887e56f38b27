// A task as its handler receives it: the values of the request's headers, with types.

import { isNamespace } from '../domain/namespace-manager.ts';
import { HTTP_TASK_HEADERS, TASK_HEADERS, type TaskFact } from '../domain/task-headers.ts';
import { TaskVerificationError } from './task-verification-error.ts';

/** Used if a request has no deadline header. */
const DEFAULT_DEADLINE_MS = 600_000;
/** The longest timer that Node supports. */
const MAX_TIMER_MS = 2_147_483_647;

/** The parts of a request that are read before its body. */
export interface RequestHead {
  method: string;
  /** Path and query, as in the request line. */
  path: string;
  headers: Headers;
}

/** One attempt of a push task. */
export class DeliveredTask implements Record<TaskFact, unknown> {
  readonly queue: string;
  readonly name: string;
  /** Earlier attempts, whatever their outcome. */
  readonly retryCount: number;
  /** Earlier attempts that got a response; for an HTTP task, one other than 5xx. */
  readonly executionCount: number;
  /** When this attempt was due. */
  readonly eta: Date;
  /** Status of the previous attempt; without a response 0, or 504 for an HTTP task. null: this is the first attempt. */
  readonly previousResponse: number | null;
  /** Why the task is being retried, such as `App Error`; null: this is the first attempt, or an HTTP task. */
  readonly retryReason: string | null;
  /** The namespace that it was added in; '': none. */
  readonly namespace: string;
  /** When the dispatcher gives up on this attempt and may retry the task. */
  readonly deadline: Date;
  /** The same for all attempts of this task, and unique to it: 32 hexadecimal digits. */
  readonly idempotencyKey: string;
  /** True if the request was verified to come from a dispatcher. False only with `insecure`. */
  readonly genuine: boolean;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  #signal: AbortSignal | undefined;

  /** @throws TaskVerificationError if the headers are not those of a task */
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

  /** Aborts at the deadline: work that is done later will be done again. */
  get signal(): AbortSignal {
    const left = Math.min(Math.max(this.deadline.getTime() - Date.now(), 0), MAX_TIMER_MS);
    this.#signal ??= AbortSignal.timeout(left);
    return this.#signal;
  }

  /** The body as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** @throws SyntaxError if the body is not JSON */
  json<Value = unknown>(): Value {
    return JSON.parse(this.text());
  }

  /** The params that it was added with: of the body if it is a form, otherwise of the query. */
  params(): URLSearchParams {
    const isForm = this.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
    return new URLSearchParams(isForm ? this.text() : (this.path.split('?', 2)[1] ?? ''));
  }
}

/** The value of a header of a native or an HTTP task; null if it is missing or empty. */
function fact(headers: Headers, name: TaskFact): string | null {
  const ofHttpTask = name === 'namespace' ? null : headers.get(HTTP_TASK_HEADERS[name]);
  return headers.get(TASK_HEADERS[name]) || ofHttpTask || null;
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
  throw new TaskVerificationError('missing', `header ${header} is missing or malformed: this is not a task request`);
}
