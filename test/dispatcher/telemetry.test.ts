// Traces and metrics with the real SDK of OpenTelemetry.

import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TaskQueues } from '../../src/index.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { registeredTelemetry } from '../../src/server/registered-telemetry.ts';
import { PullWorker } from '../../src/worker.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const spans = new InMemorySpanExporter();
const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
const meters = new MeterProvider({ readers: [reader] });
const telemetry = { api };
let queue: string;

beforeAll(async () => {
  expect(await registeredTelemetry()).toBeUndefined();
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  api.metrics.setGlobalMeterProvider(meters);
});
afterAll(() => meters.shutdown());
beforeEach(async () => {
  spans.reset();
  queue = nextName('traced');
  await harness.createQueue(queue);
});

const spansNamed = (name: string) => spans.getFinishedSpans().filter((span) => span.name === name);
const traceparentOf = ({ traceId, spanId }: api.SpanContext) => `00-${traceId}-${spanId}-01`;

/** Dispatches to a handler that answers with the status in its URL, and returns the traceparents it got. */
async function dispatch(options: Parameters<typeof harness.dispatcher>[0] = {}) {
  const received: (string | null)[] = [];
  const handler = ({ url, headers }: Request) => {
    received.push(headers.get('traceparent'));
    api.trace.getTracer('handler').startSpan('work').end();
    return new Response(null, { status: Number(new URL(url).pathname.slice(1)) });
  };
  const dispatcher = harness.dispatcher({ targets: { default: handler }, ...options });
  // A new leader may have to wait for its first token.
  for (let claimed = 0; claimed === 0; ) ({ claimed } = await dispatcher.runOnce());
  await dispatcher.stop(); // the next one leads the queue
  return received;
}

describe('a task added in a span', () => {
  test('has a span of its own, to which that of its attempt links, and the handler continues the attempt', async () => {
    const queues = new TaskQueues({ database: harness.database.pool, telemetry });
    const task = await queues.queue(queue).add({ url: '/200' });
    const received = await dispatch({ telemetry });
    const [sent, processed, work] = [
      ...spansNamed(`send ${queue}`),
      ...spansNamed(`process ${queue}`),
      ...spansNamed('work'),
    ];
    expect(sent).toMatchObject({
      kind: api.SpanKind.PRODUCER,
      attributes: {
        'messaging.system': 'pgtaskqueue',
        'messaging.operation.name': 'send',
        'messaging.destination.name': queue,
        'messaging.message.id': task.name,
      },
    });
    expect(processed).toMatchObject({
      kind: api.SpanKind.CLIENT,
      status: { code: api.SpanStatusCode.UNSET },
      attributes: { 'messaging.message.id': task.name, 'http.response.status_code': 200, 'pgtaskqueue.attempt': 1 },
    });
    expect(processed?.parentSpanContext).toBeUndefined();
    expect(processed?.links.map(({ context }) => context.spanId)).toEqual([sent?.spanContext().spanId]);
    expect(processed?.spanContext().traceId).not.toBe(sent?.spanContext().traceId);
    expect(received).toEqual([processed && traceparentOf(processed.spanContext())]);
    expect(work?.parentSpanContext?.spanId).toBe(processed?.spanContext().spanId);
  });

  test('is the parent of its attempts on request', async () => {
    const queues = new TaskQueues({ database: harness.database.pool, telemetry });
    await queues.queue(queue).add([{ url: '/500' }, { url: '/200' }]);
    await dispatch({ telemetry: { api, attempts: 'parent' } });
    const [sent] = spansNamed(`send ${queue}`);
    const attempts = spansNamed(`process ${queue}`);
    expect(sent?.attributes['messaging.batch.message_count']).toBe(2);
    expect(attempts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      Array(2).fill(sent?.spanContext().spanId),
    );
    expect(attempts.map(({ status }) => status.code).sort()).toEqual([
      api.SpanStatusCode.UNSET,
      api.SpanStatusCode.ERROR,
    ]);
    expect(attempts.map(({ attributes }) => attributes['error.type'])).toContain('500');
  });

  test('keeps a traceparent that it was given, and what cannot be added ends the span as an error', async () => {
    const handle = new TaskQueues({ database: harness.database.pool, telemetry }).queue(queue);
    const own = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await handle.add({ url: '/200', headers: { Traceparent: own } });
    expect(await dispatch()).toEqual([own]);
    await expect(handle.add({ url: 'no url' })).rejects.toThrow();
    expect(spansNamed(`send ${queue}`).at(-1)).toMatchObject({
      status: { code: api.SpanStatusCode.ERROR },
      attributes: { 'error.type': 'InvalidUrlError' },
    });
  });
});

test('a traceparent that was added in SQL reaches the handler, or is linked to', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const task = { url: '/200', headers: JSON.stringify({ traceparent }) };
  await harness.add(queue, task);
  expect(await dispatch()).toEqual([traceparent]);
  await harness.add(queue, task);
  const [received] = await dispatch({ telemetry });
  expect(received).not.toBe(traceparent);
  expect(spansNamed(`process ${queue}`)[0]?.links[0]?.context).toMatchObject({
    spanId: '00f067aa0ba902b7',
    isRemote: true,
  });
});

test('a pull task has a trace context and no other header', async () => {
  const pull = nextName('pull');
  await harness.database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [pull]);
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const headers = { traceparent, tracestate: 'a=b' };
  await harness.add(pull, { payload: 'x', headers: JSON.stringify(headers) });
  const handle = new TaskQueues({ database: harness.database.pool }).queue(pull);
  const [leased] = await handle.leaseTasks({ leaseSeconds: 60 });
  expect(leased?.headers).toEqual(headers);
  await expect(harness.add(pull, { payload: 'x', headers: '{"x-other": "1"}' })).rejects.toThrow(/takes no POST tasks/);
});

test('an attempt without a response is an error with its name', async () => {
  await harness.add(queue, { url: '/x' });
  await dispatch({ telemetry, targets: { default: 'http://127.0.0.1:1' } });
  expect(spansNamed(`process ${queue}`)[0]).toMatchObject({
    status: { code: api.SpanStatusCode.ERROR },
    events: [{ name: 'exception' }],
  });
});

test('a worker has a span for each handler call, in which the handler runs', async () => {
  const pull = nextName('pull');
  await harness.database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [pull]);
  const queues = new TaskQueues({ database: harness.database.pool, telemetry });
  const added = await queues.queue(pull).add([{ payload: 'good' }, { payload: 'bad' }]);
  const worker = new PullWorker({
    ...{ database: harness.database.pool, queue: pull, logger: silentLogger, telemetry },
    handler: ({ payload }) => {
      api.trace.getTracer('handler').startSpan('work').end();
      if (String(Buffer.from(payload)) === 'bad') throw new RangeError('bad');
    },
  });
  expect(await worker.runOnce()).toEqual({ done: 1, failed: 1, lost: 0 });
  await worker.stop();
  const calls = spansNamed(`process ${pull}`);
  expect(calls.map(({ attributes }) => attributes['messaging.message.id']).sort()).toEqual(
    added.map(({ name }) => name).sort(),
  );
  expect(calls.map(({ kind }) => kind)).toEqual([api.SpanKind.CONSUMER, api.SpanKind.CONSUMER]);
  expect(calls.map(({ attributes }) => attributes['error.type'])).toContain('RangeError');
  const [sent] = spansNamed(`send ${pull}`);
  expect(calls.map(({ links }) => links.map(({ context }) => context.spanId))).toEqual(
    Array(2).fill([sent?.spanContext().spanId]),
  );
  const parents = spansNamed('work').map(({ parentSpanContext }) => parentSpanContext?.spanId);
  expect(parents.sort()).toEqual(calls.map((call) => call.spanContext().spanId).sort());
});

test('metrics go through the API too', async () => {
  const queues = new TaskQueues({ database: harness.database.pool, telemetry });
  await queues.queue(queue).add([{ url: '/200' }, { url: '/404' }]);
  await dispatch({ telemetry });
  await reader.forceFlush();
  const all =
    metrics
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  const points = (name: string) =>
    all
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints as { attributes: api.Attributes; value: unknown }[])
      .filter(({ attributes }) => attributes['messaging.destination.name'] === queue);
  expect(points('messaging.client.sent.messages').map(({ value }) => value)).toEqual([2]);
  expect(
    points('messaging.process.duration').map(({ attributes, value }) => [
      attributes['error.type'],
      (value as { count: number }).count,
    ]),
  ).toEqual(
    expect.arrayContaining([
      [undefined, 1],
      ['404', 1],
    ]),
  );
});

test('the program uses the API once an SDK is registered with it', async () => {
  expect((await registeredTelemetry())?.api.trace).toBe(api.trace);
});
