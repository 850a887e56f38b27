import { expect, test } from 'vitest';
import { requestHeaders, secondsOf, webhookId } from '../../src/dispatcher/delivery/headers.ts';
import type { Dispatch } from '../../src/domain/dispatch.ts';
import { TASK_HEADERS } from '../../src/domain/task-headers.ts';
import { aDispatch } from './a-dispatch.ts';

const STARTED = Date.UTC(2026, 10, 21, 10, 0, 0, 900);
const headersOf = (changes: Partial<Dispatch> = {}) => requestHeaders(aDispatch(changes), STARTED);

test('the first attempt has exactly these headers', () => {
  const dispatch = aDispatch({ body: Buffer.from('x'), namespace: 'acme', eta: 1_234_567_890_123_456n });
  expect(requestHeaders(dispatch, STARTED)).toEqual({
    'content-type': 'application/octet-stream',
    'user-agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
    'accept-encoding': 'identity',
    'X-AppEngine-QueueName': 'mail',
    'X-AppEngine-TaskName': 'task-1',
    'X-AppEngine-TaskRetryCount': '0',
    'X-AppEngine-TaskExecutionCount': '0',
    'X-AppEngine-TaskETA': '1234567890.123456',
    'X-AppEngine-TaskDeadline': String(Date.UTC(2026, 10, 21, 10, 10, 0) / 1000),
    'X-AppEngine-Current-Namespace': 'acme',
    'webhook-id': webhookId(dispatch),
    'webhook-timestamp': String(Date.UTC(2026, 10, 21, 10, 0, 0) / 1000),
  });
});

test('later attempts have the previous response and the reason', () => {
  const again = headersOf({ retryCount: 1, executionCount: 1, previousResponse: 503, retryReason: 'App Error' });
  expect(again).toMatchObject({
    'X-AppEngine-TaskRetryCount': '1',
    'X-AppEngine-TaskExecutionCount': '1',
    'X-AppEngine-TaskPreviousResponse': '503',
    'X-AppEngine-TaskRetryReason': 'App Error',
  });
  const late = headersOf({
    retryCount: 1,
    executionCount: 0,
    previousResponse: 0,
    retryReason: 'Instance Unavailable',
  });
  expect(late).toMatchObject({
    'X-AppEngine-TaskExecutionCount': '0',
    'X-AppEngine-TaskPreviousResponse': '0',
    'X-AppEngine-TaskRetryReason': 'Instance Unavailable',
  });
});

test('every fact of a task is sent, once there is something to tell', () => {
  const sent = headersOf({ previousResponse: 503, retryReason: 'App Error' });
  expect(Object.values(TASK_HEADERS).filter((name) => !(name in sent))).toEqual([]);
});

test('the ETA has six decimals, accurate to the microsecond', () => {
  expect(secondsOf(1_234_567_890_123_456n)).toBe('1234567890.123456');
  expect(secondsOf(1_234_567_890_000_001n)).toBe('1234567890.000001');
  expect(secondsOf(7n)).toBe('0.000007');
  expect(secondsOf(0n)).toBe('0.000000');
});

test("a caller's user agent precedes the service's", () => {
  expect(headersOf({ headers: { 'User-Agent': 'shop/1.0' } })['user-agent']).toBe(
    'shop/1.0 AppEngine-Google; (+http://code.google.com/appengine)',
  );
});

test("a task's header never overrides one of the service, whatever its case", () => {
  const hostile = {
    'X-APPENGINE-QUEUENAME': 'other',
    'x-appengine-taskretrycount': '99',
    'X-AppEngine-TaskPreviousResponse': '200',
    'x-appengine-current-namespace': 'theirs',
    'Webhook-Id': 'x',
    'webhook-signature': 'v1,x',
    'taskqueue-signature': 'x',
    'X-CloudTasks-TaskName': 'x',
    'X-Google-Cron': 'x',
    Host: 'metadata.google.internal',
    Connection: 'x-appengine-queuename',
    'Transfer-Encoding': 'chunked',
    'Content-Length': '3',
    'Accept-Encoding': 'gzip',
    Expect: '100-continue',
    TE: 'trailers',
    Upgrade: 'h2c',
    Referer: 'http://elsewhere/',
    'Proxy-Authorization': 'x',
  };
  expect(headersOf({ headers: hostile })).toEqual(headersOf());
});

test("nor does one whose name a handler's server reads as one of the service", () => {
  const hostile = {
    X_AppEngine_Cron: 'true',
    'X-AppEngine_QueueName': 'other',
    'x.appengine.taskname': 'other',
    X_AppEngine_FailFast: 'true',
    X_CloudTasks_TaskName: 'x',
    X_Google_Cron: 'x',
    webhook_id: 'x',
    Webhook_Signature: 'v1,x',
    taskqueue_signature: 'x',
    user_agent: 'x',
    Content_Length: '3',
    Transfer_Encoding: 'chunked',
    Proxy_Authorization: 'x',
  };
  expect(headersOf({ headers: hostile })).toEqual(headersOf());
  expect(headersOf({ headers: { my_own: '1' } })).toMatchObject({ my_own: '1' });
});

test("the task's own headers are sent, one value per name", () => {
  const headers = {
    'X-Order': '1',
    'x-order': '2',
    'Content-Type': 'text/plain',
    'X-AppEngine-FailFast': 'true',
    traceparent: '00-1-2-01',
  };
  expect(headersOf({ headers, body: Buffer.from('x') })).toMatchObject({
    'x-order': '2',
    'content-type': 'text/plain',
    'x-appengine-failfast': 'true',
    traceparent: '00-1-2-01',
  });
});

test("names of JavaScript's object properties are ordinary headers", () => {
  const headers = JSON.parse('{"__proto__":"a","constructor":"b"}');
  const sent = headersOf({ headers });
  expect(Object.getOwnPropertyDescriptor(sent, '__proto__')?.value).toBe('a');
  expect(Object.getOwnPropertyDescriptor(sent, 'constructor')?.value).toBe('b');
});

test('without a body there is no default content type', () => {
  expect(headersOf()).not.toHaveProperty('content-type');
});

test('webhook-id is the same for all attempts of a task, and differs between tasks', () => {
  const id = webhookId(aDispatch());
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(webhookId(aDispatch({ retryCount: 4, eta: 9n }))).toBe(id);
  expect(webhookId(aDispatch({ name: 'task-2' }))).not.toBe(id);
  expect(webhookId(aDispatch({ queue: 'other' }))).not.toBe(id);
  expect(webhookId(aDispatch({ created: 1n }))).not.toBe(id);
});
