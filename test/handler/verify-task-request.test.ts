import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { generateSecret } from '../../src/domain/signing/signing-key.ts';
import type { TaskVerificationError } from '../../src/handler/task-verification-error.ts';
import { type RawRequest, verifyTaskRequest } from '../../src/handler/verify-task-request.ts';
import { asRequest, aTaskRequest, SECRET, type SentRequest } from './a-task-request.ts';

const options = { secrets: SECRET };
const BODY = Buffer.from('{"order":42}');
const aRequest = (changes: Partial<SentRequest> = {}): SentRequest => ({
  ...aTaskRequest({ url: '/send?to=ada', body: BODY, namespace: 'acme', headers: { traceparent: '00-12-34-01' } }),
  ...changes,
});
const withHeaders = (changes: Record<string, string>) => aRequest({ headers: { ...aRequest().headers, ...changes } });

async function problem(request: Request | RawRequest, given: Parameters<typeof verifyTaskRequest>[1] = options) {
  return verifyTaskRequest(request, given).then(
    () => 'none',
    (error: TaskVerificationError) => error.code ?? error,
  );
}

test('a task has its properties, with types', async () => {
  const sent = aTaskRequest({
    queue: 'mail',
    name: 'welcome-7',
    url: '/send?to=ada',
    body: BODY,
    headers: { 'content-type': 'application/json', 'x-shop': 'tea' },
    namespace: 'acme',
    eta: 1_700_000_000_123_456n,
    retryCount: 3,
    executionCount: 2,
    previousResponse: 503,
    retryReason: 'App Error',
    dispatchDeadline: 30,
  });
  const task = await verifyTaskRequest(sent, options);
  expect(task).toMatchObject({
    queue: 'mail',
    name: 'welcome-7',
    retryCount: 3,
    executionCount: 2,
    eta: new Date(1_700_000_000_123),
    previousResponse: 503,
    retryReason: 'App Error',
    namespace: 'acme',
    idempotencyKey: sent.headers['webhook-id'],
    genuine: true,
    method: 'POST',
    path: '/send?to=ada',
  });
  const seconds = (task.deadline.getTime() - Date.now()) / 1000;
  expect(seconds).toBeGreaterThan(25);
  expect(seconds).toBeLessThanOrEqual(30);
  expect(task.headers.get('X-Shop')).toBe('tea');
  expect(task.text()).toBe('{"order":42}');
  expect(task.json()).toEqual({ order: 42 });
  expect(task.signal.aborted).toBe(false);
});

test('a first attempt has no previous one', async () => {
  const task = await verifyTaskRequest(aTaskRequest(), options);
  expect(task).toMatchObject({ retryCount: 0, previousResponse: null, retryReason: null, namespace: '' });
});

test('params are those of a form, otherwise those of the query', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = aTaskRequest({ url: '/send?to=eve', body: Buffer.from('to=ada&to=bob'), headers });
  expect((await verifyTaskRequest(form, options)).params().getAll('to')).toEqual(['ada', 'bob']);
  const query = aTaskRequest({ method: 'GET', url: '/send?to=eve' });
  expect((await verifyTaskRequest(query, options)).params().get('to')).toBe('eve');
});

test('its signal aborts at the deadline', async () => {
  const sentAt = Date.now() - 29_000;
  const task = await verifyTaskRequest(aTaskRequest({ dispatchDeadline: 30 }, { sentAt }), options);
  await expect.poll(() => task.signal.aborted).toBe(true);
  expect(Date.now()).toBeGreaterThanOrEqual(task.deadline.getTime() - 5);
});

test('a Request and its parts give the same task', async () => {
  expect(await problem(asRequest(aRequest()))).toBe('none');
  expect(await problem(asRequest(aRequest({ body: Buffer.from('{"order":43}') })))).toBe('mismatch');
});

describe('a change on the way is rejected', () => {
  test.each<[string, SentRequest]>([
    ['the body', aRequest({ body: Buffer.from('{"order":43}') })],
    ['the body, taken away', aRequest({ body: Buffer.alloc(0) })],
    ['the path', aRequest({ url: 'http://handler/refund?to=ada' })],
    ['the query', aRequest({ url: 'http://handler/send?to=eve' })],
    ['the method', aRequest({ method: 'PUT' })],
    ['the queue', withHeaders({ 'X-AppEngine-QueueName': 'vip' })],
    ['the name', withHeaders({ 'X-AppEngine-TaskName': 'task-2' })],
    ['the retry count', withHeaders({ 'X-AppEngine-TaskRetryCount': '9' })],
    ['the namespace', withHeaders({ 'X-AppEngine-Current-Namespace': 'umbrella' })],
    ['the deadline', withHeaders({ 'X-AppEngine-TaskDeadline': '4000000000' })],
    ['a header of tasks, added', withHeaders({ 'X-AppEngine-FailFast': '1' })],
    ['a header of tasks as CGI reads it, added', withHeaders({ X_AppEngine_Cron: 'true' })],
    ['the same with a dot', withHeaders({ 'x.appengine.cron': 'true' })],
    ['the same, empty', withHeaders({ 'X-AppEngine_QueueName': '' })],
    ['a header of Cloud Tasks likewise', withHeaders({ X_CloudTasks_QueueName: 'vip' })],
    ['an id likewise', withHeaders({ webhook_id: '0' })],
    ['a signature likewise', withHeaders({ taskqueue_signature: 'v1,x' })],
    ['the trace', withHeaders({ traceparent: '00-56-78-01' })],
    ['the id', withHeaders({ 'webhook-id': '0'.repeat(32) })],
    ['the time', withHeaders({ 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 2) })],
    ['one signature', withHeaders({ 'taskqueue-signature': aTaskRequest().headers['taskqueue-signature'] ?? '' })],
    ['the other', withHeaders({ 'webhook-signature': aTaskRequest().headers['webhook-signature'] ?? '' })],
    ['the secret', aTaskRequest({}, { secrets: generateSecret() })],
  ])('%s', async (_, request) => expect(await problem(request)).toBe('mismatch'));

  test('other headers may change, because they belong to the transport', async () => {
    const others = {
      via: 'a proxy',
      'content-type': 'text/plain',
      host: 'elsewhere',
      my_own: '1',
      x_forwarded_for: 'a',
    };
    expect(await problem(withHeaders(others))).toBe('none');
  });
});

describe('an unsigned request is rejected', () => {
  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature', 'taskqueue-signature'])('no %s', async (name) => {
    expect(await problem(withHeaders({ [name]: '' }))).toBe('missing');
  });
  test('headers alone prove nothing', async () => {
    expect(await problem(aTaskRequest({}, { secrets: '' }))).toBe('missing');
  });
  test.each(['soon', '-1', '1e9', '1700000000.5'])('a time %j', async (time) => {
    expect(await problem(withHeaders({ 'webhook-timestamp': time }))).toBe('missing');
  });
});

describe('a replay', () => {
  const sentAt = 1_700_000_000_000;
  const request = aTaskRequest({}, { sentAt });
  test.each([
    [300, 'none'],
    [301, 'expired'],
    [-300, 'none'],
    [-301, 'expired'],
  ])('%i s later: %s', async (seconds, expected) => {
    expect(await problem(request, { ...options, now: () => sentAt + seconds * 1000 })).toBe(expected);
  });
  test('the tolerance is an option', async () => {
    const now = () => sentAt + 20_000;
    expect(await problem(request, { ...options, now, toleranceSeconds: 10 })).toBe('expired');
    expect(await problem(request, { ...options, now, toleranceSeconds: 20 })).toBe('none');
  });
});

describe('secrets', () => {
  const [older, newer] = [generateSecret(), generateSecret()];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
  afterEach(() => {
    delete process.env.TEST_PUSH_SECRET;
  });

  test.each([
    ['a handler that knows the older', older],
    ['one that knows the newer', newer],
    ['one that knows both', [newer, older]],
    ['one that has them in one variable', `${newer} ${older}`],
  ])('a request signed with two passes %s', async (_, secrets) => {
    expect(await problem(aTaskRequest({}, { secrets: `${newer} ${older}` }), { secrets })).toBe('none');
  });

  test('may be in a variable or a file', async () => {
    process.env.TEST_PUSH_SECRET = SECRET;
    const file = path.join(folder, 'secret');
    fs.writeFileSync(file, `${SECRET}\n`);
    expect(await problem(aRequest(), { secrets: 'env:TEST_PUSH_SECRET' })).toBe('none');
    expect(await problem(aRequest(), { secrets: `file:${file}` })).toBe('none');
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_VALUE, 86_401])(
    'a tolerance of %s seconds would let old requests in, or none',
    async (toleranceSeconds) => {
      const given = { secrets: SECRET, toleranceSeconds };
      await expect(verifyTaskRequest(aRequest(), given)).rejects.toThrow(RangeError);
    },
  );

  test.each([
    ['none', {}, 'secrets must be given'],
    ['no options', undefined as never, 'secrets must be given'],
    ['undefined, as a variable that is not set', { secrets: undefined }, 'secrets must be given'],
    ['an empty list', { secrets: [] }, 'secrets must be given'],
    ['an empty one', { secrets: '' }, 'must not be empty'],
    ['one that is none', { secrets: 'hunter2' }, 'whsec_'],
    ['a variable that is not there', { secrets: 'env:TEST_PUSH_SECRET' }, 'env:TEST_PUSH_SECRET'],
    ['a file that is not there', { secrets: `file:${folder}/none` }, 'no such file'],
    ['secrets and insecure', { secrets: SECRET, insecure: true }, 'got both'],
    ['a misspelt option', { secret: SECRET } as object, 'did you mean secrets'],
    ['insecure that is not true', { insecure: 'yes' as unknown as boolean }, 'secrets must be given'],
  ])('%s: reported as a mistake', async (_, given, message) => {
    await expect(verifyTaskRequest(aRequest(), given)).rejects.toThrow(message);
    await expect(verifyTaskRequest(aRequest(), given)).rejects.toBeInstanceOf(TypeError);
  });
});

test('insecure trusts the headers, and marks the task', async () => {
  const task = await verifyTaskRequest(aTaskRequest({ queue: 'mail' }, { secrets: '' }), { insecure: true });
  expect(task).toMatchObject({ queue: 'mail', genuine: false });
  expect(await problem({ method: 'POST', url: '/send', headers: {} }, { insecure: true })).toBe('missing');
});

test('a body over the limit is rejected unread', async () => {
  expect(await problem(aRequest(), { ...options, maxBodyBytes: 11 })).toBe('oversized');
  expect(await problem(aRequest(), { ...options, maxBodyBytes: 12 })).toBe('none');
  const { promise, resolve } = Promise.withResolvers<void>();
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    cancel: () => resolve(),
  });
  const { url, method, headers } = aRequest();
  const request = new Request(url, { method, headers, body: endless, duplex: 'half' } as RequestInit);
  expect(await problem(request)).toBe('oversized');
  await promise;
});

test('a prefix that a proxy stripped from the path', async () => {
  const { headers, body } = aTaskRequest({ url: '/send' }, { base: 'http://proxy/api' });
  const behind = { method: 'POST', url: '/send', headers, body };
  expect(await problem(behind)).toBe('mismatch');
  expect(await problem(behind, { ...options, basePath: '/api/' })).toBe('none');
});
