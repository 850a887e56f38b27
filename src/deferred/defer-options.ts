// How a call is deferred, and the task that this makes.

import { keysOf, requireKnownKeys } from '../domain/known-keys.ts';
import type { NewTask } from '../domain/task.ts';
import type { OpenTransaction } from '../postgres/transaction.ts';
import { CONTENT_TYPE } from './wire.ts';

const DEFAULT_URL = '/_ah/queue/deferred';

/** Where a call runs, when, and in which transaction it is added. */
export interface DeferOptions extends Omit<NewTask, 'url' | 'method' | 'payload' | 'json' | 'params' | 'tag'> {
  /** Name of a push queue. Default `default`. */
  queue?: string;
  /** Path of the handler; null: the queue's own, `/_ah/queue/<queue>`. Default `/_ah/queue/deferred`. */
  url?: string | null;
  /** The open transaction that the call is to be part of: it is made if and only if that commits. Without a name then. */
  transaction?: OpenTransaction;
  /** False: no NOTIFY, for transactions that are to be prepared. Default true. */
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

/** @throws TypeError for a misspelt option */
export function checkDeferOptions(options: DeferOptions): void {
  requireKnownKeys(options, KNOWN, 'the options of defer');
}

/** The task without its body. The caller's headers win. */
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

/** Bytes of the task but for its body, at most: what the queue's limit counts. */
export function bytesBesideBody({ url = '', headers = {}, namespace = '' }: NewTask): number {
  const ofHeaders = Object.entries(headers).map(([name, value]) => Buffer.byteLength(`${name}${value}`) + 4);
  return ofHeaders.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(url + namespace) + ROOM);
}

/** For the method, a default URL and a namespace that are filled in later. */
const ROOM = 512;
