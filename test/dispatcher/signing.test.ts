// Signed requests from a real dispatcher to real handlers.
import fs from 'node:fs';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSecret } from '../../src/domain/signing/signing-key.ts';
import { namespaceManager, taskHandler, verifyTaskRequest } from '../../src/handler.ts';
import { TaskQueues } from '../../src/index.ts';
import { fakeTarget, type ReceivedRequest } from '../../src/testing/fake-target.ts';
import { aLogger } from '../handler/a-task-request.ts';
import { eventually } from '../support/eventually.ts';
import { sharedFolder } from '../support/folder.ts';
import { rows } from '../support/sql.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const pool = () => harness.database.pool;
const [ONE, TWO] = [generateSecret(), generateSecret()];
const folder = sharedFolder();
let count = 0;
let queue: string;

beforeEach(async () => {
  queue = `signing-${count++}`;
  await harness.createQueue(queue);
  process.env.TEST_KEY_ONE = ONE;
  process.env.TEST_KEY_TWO = TWO;
});
afterEach(async () => {
  delete process.env.TEST_KEY_ONE;
  delete process.env.TEST_KEY_TWO;
  await pool().query('select taskqueue.revoke_key(target, reference) from taskqueue.keys');
});

const rotate = (reference: string, target = 'default', keepOld = '7 days') =>
  pool().query('select taskqueue.rotate_key($1, $2, $3)', [target, reference, keepOld]);

/** True if a handler with this secret accepts the request as a task. */
const passes = ({ method, url, headers, body }: ReceivedRequest, secrets: string) =>
  verifyTaskRequest({ method, url, headers, body }, { secrets }).then(
    () => true,
    () => false,
  );

async function delivered(options: Parameters<typeof harness.dispatcher>[0], task = {}): Promise<ReceivedRequest> {
  await harness.add(queue, { method: 'PUT', url: '/send?to=ada', payload: 'grüße', namespace: 'acme', ...task });
  await harness.dispatcher(options).runOnce();
  const [request] = harness.target.requests;
  if (!request) throw new Error('nothing was delivered');
  return request;
}

test('a key given in code signs with both signatures', async () => {
  const request = await delivered({ signingKeys: { default: ONE } });
  expect(await passes(request, ONE)).toBe(true);
  expect(await passes(request, TWO)).toBe(false);
  const headers = request.headers as Record<string, string>;
  expect(() => new Webhook(ONE).verify(request.body, headers, { jsonParse: false })).not.toThrow();
});

test('without a key nothing is signed', async () => {
  const { headers } = await delivered({ signingKeys: { other: ONE } });
  expect(Object.keys(headers).filter((name) => name.endsWith('-signature'))).toEqual([]);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s is signed', async (method) => {
  const task = method === 'PUT' ? {} : { payload: null };
  expect(await passes(await delivered({ signingKeys: { default: ONE } }, { method, ...task }), ONE)).toBe(true);
});

test('a task’s own headers can neither replace a signature nor break it', async () => {
  const headers = JSON.stringify({
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'x-appengine-failfast': '  yes  ',
    'x-appengine-default-namespace': 'caf\u00e9',
    'webhook-id': 'forged',
    'taskqueue-signature': 'forged',
  });
  const request = await delivered({ signingKeys: { default: ONE } }, { headers });
  expect(request.headers).toMatchObject({ traceparent: expect.stringMatching(/^00-/), 'x-appengine-failfast': 'yes' });
  expect(await passes(request, ONE)).toBe(true);
});

test('a base URL’s own path is signed too', async () => {
  const request = await delivered({ targets: { default: `${harness.target.url}/api` }, signingKeys: { default: ONE } });
  expect([request.url, await passes(request, ONE)]).toEqual(['/api/send?to=ada', true]);
});

test('a handler in the same process gets signed tasks too', async () => {
  const namespaces: string[] = [];
  const handler = taskHandler((task) => namespaces.push(`${task.genuine} ${namespaceManager.get()} ${task.text()}`), {
    secrets: ONE,
  });
  await harness.add(queue, { payload: 'hi', namespace: 'acme' });
  const done = await harness.dispatcher({ targets: { default: handler }, signingKeys: { default: ONE } }).runOnce();
  expect([done.completed, namespaces]).toEqual([1, ['true acme hi']]);
});

test('a namespace follows a task from the enqueuer to its handler, and to the tasks that the handler adds', async () => {
  const queues = new TaskQueues({ database: pool() });
  const seen: string[] = [];
  const handler = taskHandler(
    async (task) => {
      seen.push(`${task.path} ${namespaceManager.get()}`);
      if (task.path === '/first')
        await queues.queue(queue).add([{ url: '/second' }, { url: '/third', namespace: 'b' }]);
    },
    { secrets: ONE },
  );
  const dispatcher = harness.dispatcher({ targets: { default: handler }, signingKeys: { default: ONE } });
  await namespaceManager.run('acme', () => queues.queue(queue).add({ url: '/first' }));
  await dispatcher.runOnce();
  await dispatcher.runOnce();
  expect(seen.sort()).toEqual(['/first acme', '/second acme', '/third b']);
});

test('an unverified namespace is not entered', async () => {
  const seen: string[] = [];
  const handler = taskHandler((task) => seen.push(`${task.genuine} ${task.namespace}/${namespaceManager.get()}`), {
    insecure: true,
  });
  await harness.add(queue, { namespace: 'acme' });
  await harness.dispatcher({ targets: { default: handler }, signingKeys: { default: ONE } }).runOnce();
  expect(seen).toEqual(['false acme/']);
});

test('a handler with another secret rejects the task, which is retried', async () => {
  const handler = taskHandler(() => {}, { secrets: TWO, logger: aLogger() });
  await harness.add(queue);
  const dispatcher = harness.dispatcher({ targets: { default: handler }, signingKeys: { default: ONE } });
  expect((await dispatcher.runOnce()).failed).toBe(1);
  expect(await harness.tasks(queue)).toMatchObject([{ last_status: 403, retry_count: 1 }]);
});

describe('keys by reference', () => {
  test('a variable, a file, and a pattern for many targets', async () => {
    const file = path.join(folder, 'two');
    fs.writeFileSync(file, `${TWO}\n`);
    await rotate('env:TEST_KEY_ONE');
    await rotate(`file:${file}`, '*.worker');
    const other = await fakeTarget();
    try {
      await harness.add(queue, { url: '/one' });
      await harness.add(queue, { url: '/two', target: 'v2.worker' });
      await harness.dispatcher({ targets: { default: harness.target.url, '*': other.url } }).runOnce();
      expect(await passes(harness.target.requests[0] as ReceivedRequest, ONE)).toBe(true);
      expect(await passes(other.requests[0] as ReceivedRequest, TWO)).toBe(true);
    } finally {
      await other.close();
    }
  });

  test('a key that can’t be read fails the attempt: nothing is ever sent unsigned', async () => {
    delete process.env.TEST_KEY_ONE;
    await rotate('env:TEST_KEY_ONE');
    const logger = aLogger();
    const dispatcher = harness.dispatcher({ logger });
    await harness.add(queue, { retry: JSON.stringify({ min_backoff_seconds: 0, max_backoff_seconds: 0 }) });
    expect((await dispatcher.runOnce()).failed).toBe(1);
    expect((await dispatcher.runOnce()).failed).toBe(1);
    expect(harness.target.requests).toEqual([]);
    const warnings = logger.lines.filter(([level, message]) => level === 'warn' && message !== 'an attempt failed');
    expect(warnings).toMatchObject([
      ['warn', expect.stringContaining('signing key'), { target: 'default', reference: 'env:TEST_KEY_ONE' }],
    ]);

    process.env.TEST_KEY_ONE = ONE;
    expect((await dispatcher.runOnce()).completed).toBe(1);
    const [request] = harness.target.requests;
    expect(request?.headers['x-appengine-taskretryreason']).toBe('Unknown Target');
    expect(await passes(request as ReceivedRequest, ONE)).toBe(true);
  });

  test('if a new key can’t be read, the old one signs alone', async () => {
    await rotate('env:TEST_KEY_ONE');
    await rotate('env:TEST_KEY_NONE');
    expect(await passes(await delivered({}), ONE)).toBe(true);
  });
});

test('keys are rotated while tasks run, and no handler rejects one at any step', async () => {
  const dispatcher = harness.dispatcher();
  await rotate('env:TEST_KEY_ONE');
  await dispatcher.start();
  const { requests } = harness.target;
  let running = true;
  const adding = (async () => {
    while (running) await harness.addMany(queue, 5);
  })();
  const signatures = ({ headers }: ReceivedRequest) => String(headers['taskqueue-signature']).split(' ').length;
  let looked = 0;
  /** Waits until requests have this many signatures and no others arrive; returns all since the last call. */
  const since = async (expected: number): Promise<ReceivedRequest[]> => {
    await eventually(() => {
      const latest = requests.slice(Math.max(looked, requests.length - 20)).map(signatures);
      return latest.length === 20 && latest.every((count) => count === expected);
    });
    const found = requests.slice(looked);
    looked = requests.length;
    return found;
  };
  const everyOneOf = async (found: ReceivedRequest[], secret: string) =>
    (await Promise.all(found.map((request) => passes(request, secret)))).every(Boolean);
  try {
    expect(await everyOneOf(await since(1), ONE)).toBe(true);

    await rotate('env:TEST_KEY_TWO'); // handlers know only ONE, and receive TWO over the following days
    expect(await everyOneOf(await since(2), ONE)).toBe(true);
    expect(await everyOneOf(await since(2), TWO)).toBe(true);

    await pool().query(`select taskqueue.revoke_key('default', 'env:TEST_KEY_ONE')`); // handlers know TWO by now
    const after = await since(1);
    expect(await everyOneOf(after, TWO)).toBe(true);
    expect(await passes(after.at(-1) as ReceivedRequest, ONE)).toBe(false);
  } finally {
    running = false;
    await adding;
  }
});

test('nothing in the database holds a secret', async () => {
  await rotate('env:TEST_KEY_ONE');
  await rotate('env:TEST_KEY_TWO');
  await delivered({});
  const relations = await rows<{ name: string }>(
    pool(),
    `select c.oid::regclass::text as name from pg_class as c
     where c.relnamespace = 'taskqueue'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')`,
  );
  const dump: string[] = [];
  for (const { name } of relations) {
    dump.push(
      ...(await rows<{ text: string }>(pool(), `select t::text as text from ${name} as t`)).map(({ text }) => text),
    );
  }
  const text = dump.join('\n');
  expect(text).toContain('env:TEST_KEY_ONE'); // it was checked
  for (const secret of [ONE, TWO]) {
    const bytes = Buffer.from(secret.slice(6), 'base64');
    for (const form of [secret.slice(6), bytes.toString('hex')]) expect(text).not.toContain(form);
  }
});

test('a dispatcher with an invalid secret does not start', () => {
  expect(() => harness.dispatcher({ signingKeys: { default: 'hunter2' } })).toThrow('whsec_');
  expect(() => harness.dispatcher({ signingKeys: { default: 'env:TEST_KEY_NONE' } })).toThrow('env:TEST_KEY_NONE');
});
