// `pgtaskqueue tasks send`: one request, signed as the dispatcher would sign it, to try a handler.

import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { RequestKeys } from '../../dispatcher/delivery/request-keys.ts';
import { sendOnce } from '../../dispatcher/delivery/send-once.ts';
import { Targets } from '../../dispatcher/delivery/targets.ts';
import type { Dispatch } from '../../domain/dispatch.ts';
import { parseReference } from '../../domain/signing/key-reference.ts';
import type { SigningKey } from '../../domain/signing/signing-key.ts';
import { silentLogger } from '../../runtime/logger.ts';
import { readKeys } from '../../runtime/secret-source.ts';
import { type Config, requireDatabase } from '../../server/config.ts';
import { listKeys } from '../../store/keys.ts';
import { listTargets } from '../../store/targets.ts';
import { connect, prepare } from '../connect.ts';
import { printable } from '../display/text.ts';
import { EXIT, ExitWith, NotFound, UsageError } from '../exit-codes.ts';

interface SendFlags {
  url: string;
  queue: string;
  name?: string;
  method: string;
  payload?: string;
  jsonPayload?: unknown;
  header?: Record<string, string>;
  namespace: string;
  retryCount: number;
  dispatchDeadline: number;
  target: string;
  key?: string;
}

const METHODS = ['POST', 'PUT', 'GET', 'HEAD', 'DELETE'];
const WITH_BODY = ['POST', 'PUT'];

export async function send(flags: SendFlags, command: Command): Promise<void> {
  const { output, config } = await prepare(command);
  const dispatch = dispatchOf(flags);
  const given = flags.key === undefined ? undefined : keysOf(flags.key);
  const { base, stored } = flags.url.startsWith('/')
    ? await targetOf(config, flags.target)
    : { base: new URL(flags.url).origin, stored: undefined };
  const keys = given ?? stored?.of(flags.target) ?? [];
  if (keys.length === 0)
    output.warn('warning: the request is not signed, because there is no key. Give one with --key env:NAME');
  const { status, body, sent } = await sendOnce(dispatch, base, keys).catch((error: Error) => {
    throw new Error(`no response from ${base}: ${error.message}`, { cause: error });
  });
  const text = Buffer.from(body).toString('utf8');
  const shown = text === '' ? String(status) : `${status}\n${printable(text, { lines: true })}`;
  output.result(shown, { status, body: text, headers: sent });
  if (status < 200 || status > 299) throw new ExitWith(EXIT.failed);
}

/** The base URL of a target and the keys that sign its requests, as they are registered in the database. */
async function targetOf(config: Config, name: string): Promise<{ base: string; stored: RequestKeys }> {
  const database = await connect(requireDatabase(config));
  try {
    const targets = new Targets();
    targets.setStored(await listTargets(database));
    const base = targets.resolve(name);
    if (typeof base !== 'string')
      throw new NotFound(`there is no target ${name}`, `Set it: pgtaskqueue targets set ${name} URL`);
    const stored = new RequestKeys({}, silentLogger);
    stored.setStored(await listKeys(database));
    return { base, stored };
  } finally {
    await database.end();
  }
}

/**
 * A secret on a command line is visible to other users of the machine, so only references are accepted, and nothing
 * else is repeated.
 */
function keysOf(reference: string): SigningKey[] {
  if (!parseReference(reference)) throw new UsageError('--key must be a reference, env:NAME or file:PATH');
  try {
    return readKeys(reference);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function dispatchOf(flags: SendFlags): Dispatch {
  const { method } = flags;
  if (!METHODS.includes(method))
    throw new UsageError(`--method must be one of ${METHODS.join(', ')}, got ${flags.method}`);
  const { body, type } = bodyOf(flags);
  if (body !== null && !WITH_BODY.includes(method))
    throw new UsageError(`a ${method} request has no body: leave out the payload`);
  const now = BigInt(Date.now()) * 1000n;
  return {
    id: '',
    queue: flags.queue,
    name: flags.name ?? `by-hand-${randomUUID()}`,
    url: flags.url.startsWith('/') ? flags.url : pathOf(flags.url),
    method,
    headers: { ...type, ...flags.header },
    body,
    target: flags.target,
    namespace: flags.namespace,
    eta: now,
    created: now,
    retryCount: flags.retryCount,
    executionCount: flags.retryCount,
    previousResponse: flags.retryCount > 0 ? 500 : null,
    retryReason: flags.retryCount > 0 ? 'App Error' : null,
    dispatchDeadline: flags.dispatchDeadline,
    leaseToken: '',
    forced: false,
    http: null,
    non5xxExecutionCount: 0,
    httpTarget: null,
  };
}

function bodyOf({ payload, jsonPayload }: SendFlags): { body: Buffer | null; type: Record<string, string> } {
  if (payload !== undefined && jsonPayload !== undefined)
    throw new UsageError('give --payload or --json-payload, not both');
  if (payload !== undefined)
    return { body: Buffer.from(payload), type: { 'content-type': 'text/plain; charset=utf-8' } };
  if (jsonPayload === undefined) return { body: null, type: {} };
  return { body: Buffer.from(JSON.stringify(jsonPayload)), type: { 'content-type': 'application/json' } };
}

function pathOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.pathname + url.search;
  throw new UsageError(`--url must be an http or https URL or a path, got ${text}`);
}
