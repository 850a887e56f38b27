// The call as a request of the Cloud Tasks API: v2, or v2beta3 for pull queues, which v2 does not know.

import type { ConsoleAddress } from '../address.ts';
import { type PrintedCall, plainSeconds, type TaskCall } from './task-call.ts';

/** @param now to which a countdown is added: the API takes moments */
export function restCall(call: TaskCall, { base }: ConsoleAddress, now: Date): PrintedCall {
  const parent = `projects/PROJECT/locations/LOCATION/queues/${call.queue}`;
  const eta = call.countdown === undefined ? call.eta : new Date(now.getTime() + call.countdown * 1_000);
  const task = {
    ...(call.name === undefined ? {} : { name: `${parent}/tasks/${call.name}` }),
    ...(eta === undefined ? {} : { scheduleTime: eta.toISOString() }),
    ...(call.dispatchDeadline === undefined || call.mode === 'pull'
      ? {}
      : { dispatchDeadline: `${plainSeconds(call.dispatchDeadline)}s` }),
    ...(call.mode === 'pull' ? { pullMessage: pullMessage(call) } : { appEngineHttpRequest: request(call) }),
  };
  const version = call.mode === 'pull' ? 'v2beta3' : 'v2';
  return {
    text: `POST ${base}/${version}/${parent}/tasks\n\n${JSON.stringify({ task }, null, 2)}`,
    remark: remark(call, version),
  };
}

function remark({ retry, target, namespace, mode }: TaskCall, version: string): string {
  const left = [
    ...(retry ? ['retry parameters'] : []),
    ...(namespace !== undefined && mode === 'push' ? ['namespaces'] : []),
    ...(target?.includes('://') ? ['a URL as target'] : []),
  ];
  return left.length === 0 ? `Cloud Tasks ${version}` : `Cloud Tasks ${version}, which has no ${left.join(' and no ')}`;
}

function request(call: TaskCall): object {
  const { url, method, target, headers } = call;
  const hasType = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
  const all = {
    // the API would call a body of no type a stream of bytes
    ...(call.payload === undefined || hasType ? {} : { 'content-type': 'text/plain; charset=utf-8' }),
    ...headers,
  };
  return {
    ...(method === undefined ? {} : { httpMethod: method }),
    ...(target === undefined || target.includes('://') ? {} : { appEngineRouting: routingTo(target) }),
    relativeUri: url ?? `/_ah/queue/${call.queue}`,
    ...(Object.keys(all).length === 0 ? {} : { headers: all }),
    ...bodyOf('body', call),
  };
}

function routingTo(target: string): object {
  const [service, version, instance] = target.split('.').reverse();
  return { service, ...(version === undefined ? {} : { version }), ...(instance === undefined ? {} : { instance }) };
}

function pullMessage(call: TaskCall): object {
  return { ...bodyOf('payload', call), ...(call.tag === undefined ? {} : { tag: call.tag }) };
}

function bodyOf(key: string, { payload, bytes }: TaskCall): Record<string, string> {
  const body = bytes ?? (payload === undefined ? undefined : Buffer.from(payload));
  return body === undefined ? {} : { [key]: Buffer.from(body).toString('base64') };
}
