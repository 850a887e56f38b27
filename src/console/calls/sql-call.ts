// The call as SQL, for any client. Nothing here is ever run.

import type { RetryParameters } from '../../domain/retry.ts';
import { sqlLiteral } from './sql-text.ts';
import { type PrintedCall, plainSeconds, type TaskCall } from './task-call.ts';

const RETRY_KEYS = {
  taskRetryLimit: 'task_retry_limit',
  taskAgeLimit: 'task_age_limit',
  minBackoffSeconds: 'min_backoff_seconds',
  maxBackoffSeconds: 'max_backoff_seconds',
  maxDoublings: 'max_doublings',
} as const satisfies Record<keyof RetryParameters, string>;

export function sqlCall(call: TaskCall): PrintedCall {
  const passed = [
    ...text('queue', call.queue),
    ...text('name', call.name),
    ...text('url', call.url),
    ...text('method', call.method),
    ...text('target', call.target),
    ...text('namespace', call.namespace),
    ...text('tag', call.tag),
    ...text('headers', call.headers && JSON.stringify(call.headers)),
    ...text('payload', call.payload),
    ...(call.bytes ? [`payload_bytes => decode('${Buffer.from(call.bytes).toString('base64')}', 'base64')`] : []),
    ...(call.countdown === undefined ? [] : [`countdown => ${plainSeconds(call.countdown)}`]),
    ...text('eta', call.eta?.toISOString()),
    ...(call.dispatchDeadline === undefined ? [] : [`dispatch_deadline => ${plainSeconds(call.dispatchDeadline)}`]),
    ...text('retry', call.retry && JSON.stringify(inSql(call.retry))),
    ...(call.name === undefined ? [] : ['transactional => false']),
  ];
  return {
    text: `select * from taskqueue.add(\n  ${passed.join(',\n  ')});`,
    remark:
      call.name === undefined
        ? 'from any client, in its transaction'
        : 'from any client; a named task needs a statement of its own',
  };
}

function text(argument: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${argument} => ${sqlLiteral(value)}`];
}

function inSql(retry: RetryParameters): Record<string, number> {
  const keys = Object.keys(RETRY_KEYS) as (keyof RetryParameters)[];
  return Object.fromEntries(keys.flatMap((key) => (retry[key] === undefined ? [] : [[RETRY_KEYS[key], retry[key]]])));
}
