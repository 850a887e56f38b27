// The options of a deferred call, and the task that they describe.

import { keysOf, requireKnownKeys } from '../domain/known-keys.ts';
import type { NewTask } from '../domain/task.ts';
import type { OpenTransaction } from '../postgres/transaction.ts';
import { CONTENT_TYPE } from './wire.ts';

const DEFAULT_URL = '/_ah/queue/deferred';

/** Where and when a call runs, and in which transaction it is added. */
export interface DeferOptions extends Omit<NewTask, 'url' | 'method' | 'payload' | 'json' | 'params' | 'tag'> {
  /** Name of a push queue. Default `default`. */
  queue?: string;
  /** Path of the handler; null: the queue's default, `/_ah/queue/<queue>`. Default `/_ah/queue/deferred`. */
  url?: string | null;
  /** The open transaction that adds the call: it runs if and only if that commits. Not allowed with a name. */
  transaction?: OpenTransaction;
  /** False: no NOTIFY, for transactions that will be prepared. Default true. */
  wake?: boolean;
}

const KNOWN = keysOf<keyof DeferOptions>({
  queue: true,
  url: true,
  name: true,
  countdown: true,
  eta: true,
  target: true,
  retryOptions: true,
  headers: true,
  namespace: true,
  dispatchDeadline: true,
  transaction: true,
  wake: true,
});

/** @throws TypeError for an unknown option */
export function checkDeferOptions(options: DeferOptions): void {
  requireKnownKeys(options, KNOWN, 'the options of defer');
}

/** The task without its body. The caller's headers take precedence. */
export function deferredTask(options: DeferOptions): NewTask {
  const { queue: _queue, transaction: _transaction, wake: _wake, url, headers, ...task } = options;
  const hasType = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
  return {
    ...task,
    method: 'POST',
    ...(url === null ? {} : { url: url ?? DEFAULT_URL }),
    headers: Object.assign(Object.create(null), hasType ? {} : { 'content-type': CONTENT_TYPE }, headers),
  };
}

/** Upper bound of the bytes of a task without its body that count towards the size limit. */
export function bytesBesideBody({ url = '', headers = {}, namespace = '' }: NewTask): number {
  const ofHeaders = Object.entries(headers).map(([name, value]) => Buffer.byteLength(`${name}${value}`) + 4);
  return ofHeaders.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(url + namespace) + ROOM);
}

/** Room for the method, a default URL and a namespace, which are filled in later. */
const ROOM = 512;
