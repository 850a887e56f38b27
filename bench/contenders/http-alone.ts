// The dispatcher's sender without any database: it builds the same requests and sends them over the same agent, to see
// what of a pushed task is HTTP.

import { Cancellation } from '../../src/dispatcher/delivery/cancellation.ts';
import { exchange, httpAgent } from '../../src/dispatcher/delivery/http-exchange.ts';
import { taskRequest } from '../../src/dispatcher/delivery/request.ts';
import type { Dispatch } from '../../src/domain/dispatch.ts';
import type { Cell, Sample } from '../bench.ts';
import type { HttpTarget } from '../http-target.ts';
import { PAYLOAD } from '../payload.ts';
import { Handled } from '../settling.ts';

/** How many requests are under way. */
const CONCURRENCY = 400;

export function httpAlone(target: HttpTarget, tasks: number): Cell {
  return { label: 'http', run: () => sendAll(target, tasks) };
}

async function sendAll(target: HttpTarget, tasks: number): Promise<Sample> {
  const handled = new Handled(tasks);
  await target.countTo(handled);
  const agent = httpAgent();
  const began = performance.now();
  const before = process.cpuUsage();
  let left = tasks;
  const loop = async () => {
    while (left-- > 0) {
      const request = taskRequest(dispatchOf(left), target.url, Date.now());
      const { status } = await exchange(agent, request, new Cancellation());
      if (status !== 200) throw new Error(`the target answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, loop));
  await handled.all;
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - began) / 1000;
  await agent.destroy();
  return { rate: tasks / seconds, 'own CPU µs/task': (user + system) / tasks };
}

function dispatchOf(number: number): Dispatch {
  const now = BigInt(Date.now()) * 1000n;
  return {
    id: String(number),
    queue: 'q0',
    name: `task-${String(number).padStart(32, '0')}`,
    url: '/_ah/queue/q0',
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from(PAYLOAD),
    target: null,
    namespace: '',
    eta: now,
    created: now,
    retryCount: 0,
    executionCount: 0,
    previousResponse: null,
    retryReason: null,
    dispatchDeadline: 600,
    leaseToken: '',
    forced: false,
    http: null,
    non5xxExecutionCount: 0,
    httpTarget: null,
  };
}
