// The call as a command for a POSIX shell.

import type { RetryParameters } from '../../domain/retry.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { ConsoleAddress } from '../address.ts';
import { type PrintedCall, plainSeconds, type TaskCall } from './task-call.ts';

export function cliCall(call: TaskCall, address: ConsoleAddress): PrintedCall {
  const { retry = {}, bytes } = call;
  const flags = [
    ...flag('name', call.name),
    ...flag('url', call.url),
    ...flag('method', call.method),
    ...flag('target', call.target),
    ...flag('namespace', call.namespace),
    ...flag('tag', call.tag),
    ...Object.entries(call.headers ?? {}).flatMap(([name, value]) => flag('header', `${name}: ${value}`)),
    ...flag('payload', call.payload),
    ...(bytes ? ['--payload-file -'] : []),
    ...flag('countdown', seconds(call.countdown)),
    ...flag('eta', call.eta?.toISOString()),
    ...flag('dispatch-deadline', seconds(call.dispatchDeadline)),
    ...retryFlags(retry),
  ];
  const command = [address.command(`tasks add ${shellWord(call.queue)}`), ...flags].join(' \\\n  ');
  const input = bytes ? `printf %s ${shellWord(Buffer.from(bytes).toString('base64'))} | base64 -d | ` : '';
  return {
    text: input + command,
    remark: address.cell === undefined ? 'reads DATABASE_URL' : 'reads the file of PGTASKQUEUE_CONFIG',
  };
}

function retryFlags(retry: RetryParameters): string[] {
  return [
    ...flag('task-retry-limit', retry.taskRetryLimit?.toString()),
    ...flag('task-age-limit', seconds(retry.taskAgeLimit)),
    ...flag('min-backoff-seconds', seconds(retry.minBackoffSeconds)),
    ...flag('max-backoff-seconds', seconds(retry.maxBackoffSeconds)),
    ...flag('max-doublings', retry.maxDoublings?.toString()),
  ];
}

function seconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : plainSeconds(value);
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name} ${shellWord(value)}`];
}
