// `pgtaskqueue tasks send`: one request by hand, as the dispatcher would send it. For trying a handler, its proof included.

import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { RequestKeys } from '../dispatcher/delivery/request-keys.ts';
import { sendOnce } from '../dispatcher/delivery/send-once.ts';
import { Targets } from '../dispatcher/delivery/targets.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import { parseReference } from '../domain/signing/key-reference.ts';
import type { SigningKey } from '../domain/signing/signing-key.ts';
import { silentLogger } from '../runtime/logger.ts';
import { readKeys } from '../runtime/secret-source.ts';
import { type Config, requireDatabase } from '../server/config.ts';
import { listKeys } from '../store/keys.ts';
import { listTargets } from '../store/targets.ts';
import { duration, header, json, whole } from './arguments.ts';
import { connect, prepare } from './connect.ts';
import { EXIT, ExitWith, NotFound, UsageError } from './exit-codes.ts';
import { printable } from './text.ts';

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

/** Adds the verb `send` to the noun `tasks`. */
export function addSendCommand(tasks: Command): void {
  tasks
    .command('send')
    .description('call a handler as the dispatcher would, signed; nothing is added to a queue')
    .requiredOption('--url <url>', 'a whole URL; or a path at the target, as a task has it')
    .option('--queue <queue>', 'the queue it seems to come from', 'default')
    .option('--name <name>', 'its name; default: a new one')
    .option('--method <method>', METHODS.join(', '), 'POST')
    .option('--payload <text>', 'the body, as text')
    .option('--json-payload <json>', 'the body, as JSON', json)
    .option('--header <header>', "'name: value'; may be repeated", header)
    .option('--namespace <namespace>', 'label of a tenant', '')
    .option('--retry-count <n>', 'how many attempts seem to have been before', whole, 0)
    .option('--dispatch-deadline <duration>', 'how long the handler may take', duration, 600)
    .option('--target <name>', 'whose base URL and keys a path is sent with', 'default')
    .option('--key <reference>', 'sign with the secret of env:NAME or file:PATH; default: the keys of the target')
    .addHelpText(
      'after',
      '\nExits with 0 when the answer is 2xx, and with 1 when it is another or none.' +
        '\n\nExample:\n  pgtaskqueue tasks send --url http://localhost:3000/send --key env:PUSH_SECRET --payload hello',
    )
    .action(send);
}

async function send(flags: SendFlags, command: Command): Promise<void> {
  const { output, config } = prepare(command);
  const dispatch = dispatchOf(flags);
  const given = flags.key === undefined ? undefined : keysOf(flags.key);
  const { base, stored } = flags.url.startsWith('/')
    ? await targetOf(config, flags.target)
    : { base: new URL(flags.url).origin, stored: undefined };
  const keys = given ?? stored?.of(flags.target) ?? [];
  if (keys.length === 0) output.warn('not signed: there is no key. Give one with --key env:NAME.');
  const { status, body, sent } = await sendOnce(dispatch, base, keys);
  const text = Buffer.from(body).toString('utf8');
  const shown = text === '' ? String(status) : `${status}\n${printable(text, { lines: true })}`;
  output.result(shown, { status, body: text, headers: sent });
  if (status < 200 || status > 299) throw new ExitWith(EXIT.failed);
}

/** Where a target is and what signs its requests, as operators registered both. */
async function targetOf(config: Config, name: string): Promise<{ base: string; stored: RequestKeys }> {
  const database = await connect(requireDatabase(config));
  try {
    const targets = new Targets();
    targets.setStored(await listTargets(database));
    const base = targets.resolve(name);
    if (typeof base !== 'string') throw new NotFound(`there is no target ${name}`);
    const stored = new RequestKeys({}, silentLogger);
    stored.setStored(await listKeys(database));
    return { base, stored };
  } finally {
    await database.end();
  }
}

/** A secret itself would be read by everyone who sees this machine's processes, so it is refused, unrepeated. */
function keysOf(reference: string): SigningKey[] {
  if (!parseReference(reference)) throw new UsageError('--key is given by reference: env:NAME or file:PATH');
  try {
    return readKeys(reference);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function dispatchOf(flags: SendFlags): Dispatch {
  const method = flags.method.toUpperCase();
  if (!METHODS.includes(method)) throw new UsageError(`--method is ${METHODS.join(', ')}, not ${flags.method}`);
  const { body, type } = bodyOf(flags);
  if (body !== null && !WITH_BODY.includes(method))
    throw new UsageError(`a ${method} has no body: leave the payload out`);
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
  };
}

function bodyOf({ payload, jsonPayload }: SendFlags): { body: Buffer | null; type: Record<string, string> } {
  if (payload !== undefined && jsonPayload !== undefined) throw new UsageError('give --payload or --json-payload');
  if (payload !== undefined)
    return { body: Buffer.from(payload), type: { 'content-type': 'text/plain; charset=utf-8' } };
  if (jsonPayload === undefined) return { body: null, type: {} };
  return { body: Buffer.from(JSON.stringify(jsonPayload)), type: { 'content-type': 'application/json' } };
}

function pathOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.pathname + url.search;
  throw new UsageError(`--url is an http or https URL, or a path: not ${text}`);
}
