// The call as TypeScript: a module that runs as it is.

import { type PrintedCall, plainSeconds, type TaskCall } from './task-call.ts';

export function typescriptCall(call: TaskCall): PrintedCall {
  const fields = [
    ...literal('name', call.name),
    ...literal('url', call.url),
    ...literal('method', call.method),
    ...literal('target', call.target),
    ...literal('namespace', call.namespace),
    ...literal('tag', call.tag),
    ...literal('headers', call.headers),
    ...literal('payload', call.payload),
    ...(call.bytes ? [`payload: Buffer.from('${Buffer.from(call.bytes).toString('base64')}', 'base64')`] : []),
    ...(call.countdown === undefined ? [] : [`countdown: ${plainSeconds(call.countdown)}`]),
    ...literal('eta', call.eta?.toISOString()),
    ...(call.dispatchDeadline === undefined ? [] : [`dispatchDeadline: ${plainSeconds(call.dispatchDeadline)}`]),
    ...literal('retryOptions', call.retry),
  ];
  const task = fields.length === 0 ? '{}' : `{\n  ${fields.join(',\n  ')},\n}`;
  return {
    text: `import { env } from ${quoted('node:process')}
import { TaskQueues } from ${quoted('pgtaskqueue')}

const queues = new TaskQueues({ database: env.DATABASE_URL! })
await queues.queue(${quoted(call.queue)}).add(${task})`,
    remark: call.payload?.match(/\d{16,}/) ? 'the body as text: no JavaScript number holds this one' : '',
  };
}

function literal(property: string, value: unknown): string[] {
  if (value === undefined) return [];
  return [`${property}: ${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`];
}

/** In single quotes, as most style guides have it. */
function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}
