// The flags of a new task.

import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { NewTask } from '../../domain/task.ts';
import { duration, header, json, param } from '../arguments.ts';
import { UsageError } from '../exit-codes.ts';
import { type FlagsOf, flag, type PropertyFlags } from './flags.ts';
import { retryBlock } from './retry-flags.ts';

const STDIN = 0;

const payload: PropertyFlags<string | Uint8Array> = {
  options: [
    new Option('--payload <text>', 'the body, as text'),
    new Option('--payload-file <file>', 'the body, as the bytes of a file; - reads standard input').conflicts(
      'payload',
    ),
  ],
  read: ({ payload, payloadFile }) =>
    payloadFile === undefined ? (payload as string | undefined) : bytesOf(payloadFile as string),
};

/** The flags of `tasks add`. */
export const TASK_FLAGS: FlagsOf<NewTask> = {
  name: flag('--name <name>', 'a name of your own: a second task of that name is rejected (default: generated)'),
  url: flag('--url <path>', 'path of the handler at the target (default: /_ah/queue/<queue>)'),
  method: flag('--method <method>', 'POST, PUT, GET, HEAD or DELETE (default: POST)'),
  headers: flag<Record<string, string>>('--header <header>', "'name: value'; can be repeated", header),
  payload,
  json: flag<unknown>('--json-payload <json>', 'the body, as JSON', json),
  params: flag<URLSearchParams>('--param <name=value>', 'a form field of the body; can be repeated', param),
  countdown: flag('--countdown <duration>', 'run no earlier than this time from now', duration),
  eta: flag('--eta <time>', 'run no earlier than this time, such as 2030-01-31T08:30:00Z'),
  target: flag('--target <name>', 'where to send it (default: the target `default`)'),
  tag: flag('--tag <tag>', 'label by which workers of a pull queue choose tasks'),
  namespace: flag('--namespace <namespace>', 'tenant the task belongs to, passed to its handler'),
  dispatchDeadline: flag('--dispatch-deadline <duration>', 'how long its handler may take, 15s to 24h', duration),
  retryOptions: retryBlock,
};

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? STDIN : file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
