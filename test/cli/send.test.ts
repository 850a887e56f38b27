import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSecret } from '../../src/domain/signing/signing-key.ts';
import { namespaceManager, taskHandler, verifyTaskRequest } from '../../src/handler.ts';
import { listen } from '../../src/server/listen.ts';
import { type FakeTarget, fakeTarget, type ReceivedRequest } from '../../src/testing/fake-target.ts';
import { useDatabase } from '../support/db.ts';
import { temporaryFolder } from '../support/folder.ts';
import { run } from './command.ts';

const database = useDatabase();
const secret = generateSecret();
const send = (...args: string[]) =>
  run(['tasks', 'send', ...args], { env: { DATABASE_URL: database.url, PUSH_SECRET: secret } });
let target: FakeTarget;

beforeEach(async () => {
  target = await fakeTarget();
});
afterEach(async () => {
  await target.close();
  await database.pool.query('select taskqueue.revoke_key(target, reference) from taskqueue.keys');
});

const verified = ({ method, url, headers, body }: ReceivedRequest) =>
  verifyTaskRequest({ method, url, headers, body }, { secrets: secret });

test('a handler takes it for a task: its facts, its namespace and its proof', async () => {
  const handler = taskHandler(
    (task) =>
      new Response(`${task.name} of ${task.queue}, ${task.retryCount}, ${namespaceManager.get()}, ${task.text()}`),
    { secrets: secret },
  );
  const server = await listen(handler, { host: '127.0.0.1', port: 0 });
  try {
    const ran = await send(
      ...['--url', `${server.url}/a?b=c`, '--key', 'env:PUSH_SECRET', '--queue', 'mail', '--name', 'receipt-7'],
      ...['--namespace', 'acme', '--retry-count', '2', '--payload', 'hello'],
    );
    expect(ran).toEqual({ code: 0, stdout: '200\nreceipt-7 of mail, 2, acme, hello\n', stderr: '' });
  } finally {
    await server.close();
  }
});

test('every part of a request has a flag, and its headers are the dispatcher’s', async () => {
  const ran = await send(
    ...['--url', `${target.url}/a?b=c`, '--key', 'env:PUSH_SECRET', '--method', 'put', '--json-payload', '{"to": 1}'],
    ...['--header', 'X-One: 1', '--header', 'X-AppEngine-QueueName: forged', '--json'],
  );
  expect(JSON.parse(ran.stdout)).toMatchObject({
    status: 200,
    body: '',
    headers: { 'X-AppEngine-QueueName': 'default' },
  });
  const [request] = target.requests as [ReceivedRequest];
  expect(request).toMatchObject({ method: 'PUT', url: '/a?b=c', body: Buffer.from('{"to":1}') });
  expect(request.headers).toMatchObject({
    'x-one': '1',
    'content-type': 'application/json',
    'x-appengine-queuename': 'default',
    'x-appengine-taskretrycount': '0',
    'user-agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
  });
  expect((await verified(request)).genuine).toBe(true);
});

test('a path goes to its target, signed with the target’s keys', async () => {
  const file = path.join(temporaryFolder(), 'secret');
  fs.writeFileSync(file, secret);
  await database.pool.query("select taskqueue.set_target('default', $1)", [`${target.url}/api`]);
  await database.pool.query("select taskqueue.rotate_key('default', $1)", [`file:${file}`]);
  expect((await send('--url', '/send')).code).toBe(0);
  const [request] = target.requests as [ReceivedRequest];
  expect([request.url, (await verified(request)).genuine]).toEqual(['/api/send', true]);
});

test('without a key it is sent unsigned, and says so', async () => {
  expect(await send('--url', target.url)).toMatchObject({ code: 0, stderr: expect.stringContaining('not signed') });
  expect(target.requests[0]?.headers['webhook-signature']).toBeUndefined();
});

describe('exits with 1', () => {
  test.each([302, 404, 500])('when the answer is %i', async (status) => {
    target.answer([{ status, headers: { location: '/elsewhere' }, body: 'no \u001b[31mcolours' }]);
    expect(await send('--url', target.url)).toMatchObject({ code: 1, stdout: `${status}\nno [31mcolours\n` });
    expect(target.requests).toHaveLength(1);
  });

  test('when nobody answers', async () => {
    await target.close();
    expect(await send('--url', target.url)).toMatchObject({ code: 1, stdout: '' });
  });

  test('when the answer comes too late', async () => {
    target.answer(() => new Promise(() => {}));
    const ran = await send('--url', target.url, '--dispatch-deadline', '0.1');
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('within 0.1 s') });
  });
});

test.each([
  [2, 'a URL that is none', ['--url', 'mail'], 'mail'],
  [2, 'another protocol', ['--url', 'ftp://a/b'], 'ftp'],
  [2, 'a method that is none', ['--url', 'http://a', '--method', 'TRACE'], 'TRACE'],
  [2, 'two bodies', ['--url', 'http://a', '--payload', 'a', '--json-payload', '1'], 'payload'],
  [2, 'a body where there is none', ['--url', 'http://a', '--method', 'GET', '--payload', 'a'], 'GET'],
  [2, 'a key that is not there', ['--url', 'http://a', '--key', 'env:NOT_THERE'], 'NOT_THERE'],
  [3, 'a target that is not there', ['--url', '/a', '--target', 'nowhere'], 'nowhere'],
])('%i: %s', async (code, _, args, message) => {
  const ran = await send(...args);
  expect([ran.code, ran.stdout]).toEqual([code, '']);
  expect(ran.stderr).toContain(message);
});

test('a secret is refused on the command line, and not repeated', async () => {
  const ran = await send('--url', 'http://a', '--key', secret);
  expect([ran.code, ran.stderr.includes(secret)]).toEqual([2, false]);
});
