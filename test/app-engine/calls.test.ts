import type { MessageInitShape } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { AddRequest, AddResponse, BulkAddRequest, BulkAddResponse } from '../../src/app-engine/schema/add.ts';
import * as queues from '../../src/app-engine/schema/queues.ts';
import * as tasks from '../../src/app-engine/schema/tasks.ts';
import { Waits } from '../../src/client/waits.ts';
import { createApp } from '../../src/http/app.ts';
import { connectionConfig } from '../../src/postgres/connection-settings.ts';
import { createToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { row, rows } from '../support/sql.ts';
import { BYTES, callMethod, envelope, responseOf, textIn, utf8 } from './remote-calls.ts';

const database = useDatabase();
const TOKEN = 'the-token-of-the-server';

beforeAll(async () => {
  await database.pool.query(
    `select taskqueue.create_queue('push'), taskqueue.create_queue('pull', mode => 'pull'), taskqueue.create_queue('other')`,
  );
});

function appWith(token?: string) {
  const waits = new Waits(connectionConfig(database.url, 'test'));
  const readiness = async () => undefined;
  return createApp({ bind: '127.0.0.1', token, readiness, executor: database.pool, waits, version: '1.2.3' });
}

const post = (body: Uint8Array<ArrayBuffer>, headers = {}, path = '/rpc_http', app = appWith()) =>
  app.request(
    `http://localhost${path}`,
    { method: 'POST', body, headers: { ...BYTES, 'content-length': String(body.length), ...headers } },
    { peer: '127.0.0.1' },
  );

type Added = MessageInitShape<typeof AddRequest>;

const added = (given: Added = {}): Added => ({
  ...{ queueName: utf8('push'), taskName: utf8(''), etaUsec: 1n, url: utf8('/worker') },
  ...given,
});

/** Adds tasks; returns the codes of the results, or the error. */
async function bulkAdd(...addRequest: Added[]): Promise<number[] | string> {
  const answer = await callMethod(post, BulkAddRequest, BulkAddResponse, { addRequest });
  return typeof answer === 'string' ? answer : answer.taskresult.map(({ result }) => result);
}

const stored = (name: string) =>
  row(
    database.pool,
    `select t.queue, t.url, t.method, t.target, t.tag, t.eta from taskqueue.tasks as t where name = $1`,
    [name],
  );

describe('BulkAdd', () => {
  test('stores what the request has', async () => {
    const header = [
      { key: utf8('Content-Type'), value: utf8('text/plain') },
      { key: utf8('Host'), value: utf8('v2.worker.shop.appspot.com') },
      { key: utf8('X-One'), value: utf8('1') },
      { key: utf8('x-one'), value: utf8('2') },
      { key: utf8('X-AppEngine-Current-Namespace'), value: utf8('eu') },
    ];
    const etaUsec = BigInt(Date.now() + 60_000) * 1000n + 123n;
    const given = { header, etaUsec, method: 4, body: utf8('hello'), retryParameters: { retryLimit: 3 } };
    const deadline = { dispatchDeadlineUsec: 20_500_000n, description: utf8('what it is') };
    expect(await bulkAdd(added({ ...given, ...deadline, taskName: utf8('whole') }))).toEqual([0]);
    expect(await stored('whole')).toMatchObject({ queue: 'push', url: '/worker', method: 'PUT', target: 'v2.worker' });
    const [{ eta }] = (await rows<{ eta: string }>(
      database.pool,
      `select (extract(epoch from eta) * 1000000)::bigint::text as eta from taskqueue.tasks where name = 'whole'`,
    )) as [{ eta: string }];
    expect(eta).toBe(String(etaUsec));
    const details = await row(database.pool, `select * from taskqueue.task_details('push', 'whole')`);
    expect(details).toMatchObject({
      headers: { 'content-type': 'text/plain', 'x-one': '1, 2' },
      ...{ dispatch_deadline: 20.5, own_retry: true, retry: { task_retry_limit: 3 } },
    });
  });

  test('gives each task a result: names in use concern no other task', async () => {
    expect(await bulkAdd(added({ taskName: utf8('used') }), added({ taskName: utf8('ended') }))).toEqual([0, 0]);
    await database.pool.query(`select taskqueue.delete_task('push', 'ended')`);
    const names = ['used', 'fresh', 'ended'].map((name) => added({ taskName: utf8(name) }));
    expect(await bulkAdd(...names, added())).toEqual([10, 0, 11, 0]);
    expect(await bulkAdd()).toEqual([]);
  });

  test('an invalid task has its code, and the others are skipped', async () => {
    const far = BigInt(Date.now() + 31 * 86_400_000) * 1000n;
    expect(
      await bulkAdd(
        added({ taskName: utf8('not-added') }),
        added({ etaUsec: far }),
        added({ taskName: utf8('a b') }),
        added({ url: utf8('no-slash') }),
        added({ body: new Uint8Array(200_000) }),
        added({ method: 9 }),
        added({ etaUsec: -1n }),
        added({ retryParameters: { minBackoffSec: Number.NaN } }),
        added({ dispatchDeadlineUsec: 1n }),
        added({ tag: new Uint8Array([0xff]) }),
        added({ mode: 1 }),
        added({ url: utf8('/\0') }),
        added({ taskName: utf8('twice') }),
        added({ taskName: utf8('twice') }),
      ),
    ).toEqual([17, 12, 5, 7, 4, 13, 12, 20, 29, 27, 21, 7, 17, 16]);
    expect(await rows(database.pool, `select from taskqueue.tasks where name in ('not-added', 'twice')`)).toEqual([]);
  });

  test('an unknown queue is the result of each of its tasks', async () => {
    const nowhere = added({ queueName: utf8('nowhere') });
    expect(await bulkAdd(nowhere, nowhere)).toEqual([1, 1]);
    expect(await bulkAdd(added({ taskName: utf8('held-back') }), nowhere)).toEqual([17, 1]);
    expect(await bulkAdd(added({ queueName: utf8('a b') }))).toEqual([6]);
    expect(await rows(database.pool, `select from taskqueue.tasks where name = 'held-back'`)).toEqual([]);
  });

  test('adds to several queues', async () => {
    const pulled = { queueName: utf8('pull'), mode: 1, body: utf8('p'), tag: utf8('t') };
    const all = [added({ taskName: utf8('one') }), added({ ...pulled, taskName: utf8('two') }), added()];
    expect(await bulkAdd(...all)).toEqual([0, 0, 0]);
    expect(await bulkAdd(...all)).toEqual([10, 10, 0]);
    expect(await stored('two')).toMatchObject({ queue: 'pull', method: 'PULL', tag: 't' });
  });

  test('has at most 100 tasks', async () => {
    expect(await bulkAdd(...Array.from({ length: 101 }, () => added()))).toMatch(/^18 .*at most 100 tasks, got 101/);
    expect(await bulkAdd(...Array.from({ length: 100 }, () => added()))).toEqual(Array(100).fill(0));
  });

  test.each<[string, Added]>([
    ['a transaction', { transaction: {} }],
    ['a transaction of Cloud Datastore', { datastoreTransaction: utf8('t') }],
  ])('refuses %s, and names what there is instead', async (_, given) => {
    expect(await bulkAdd(added(), added(given))).toMatch(/^10001 .*in a transaction of PostgreSQL.*taskqueue\.add/);
    expect(await callMethod(post, AddRequest, AddResponse, added(given))).toMatch(/^10001 /);
  });
});

test('Add names the task, or has an error', async () => {
  const add = (given: Added) => callMethod(post, AddRequest, AddResponse, added(given));
  const answer = await add({ taskName: utf8('single') });
  expect(answer).toMatchObject({ chosenTaskName: utf8('single') });
  expect(await add({ taskName: utf8('single') })).toMatch(/^10 /);
  expect(await add({ queueName: utf8('nowhere') })).toMatch(/^1 /);
  expect(await add({ url: utf8('x') })).toMatch(/^7 url must be/);
});

describe('a pull queue', () => {
  const pull = utf8('pull');
  const lease = (given: MessageInitShape<typeof tasks.LeaseTasksRequest> = {}) =>
    callMethod(post, tasks.LeaseTasksRequest, tasks.LeaseTasksResponse, {
      ...{ queueName: pull, leaseSeconds: 60, maxTasks: 10n },
      ...given,
    });
  const modify = (taskName: string, etaUsec: bigint, leaseSeconds: number) =>
    callMethod(post, tasks.ModifyLeaseRequest, tasks.ModifyLeaseResponse, {
      ...{ queueName: pull, taskName: utf8(taskName), etaUsec, leaseSeconds },
    });

  test('is leased, renewed and emptied', async () => {
    const bodies = [new Uint8Array([0, 255]), utf8('x')];
    await database.pool.query(`select taskqueue.purge_queue('pull')`);
    const tagged = { queueName: pull, mode: 1, tag: utf8('red') };
    await bulkAdd(...bodies.map((body, n) => added({ ...tagged, body, taskName: utf8(`r${n}`) })));
    const first = await lease({ maxTasks: 1n, groupByTag: true, tag: utf8('red') });
    if (typeof first === 'string') throw new Error(first);
    expect(first.task).toMatchObject([{ taskName: utf8('r0'), body: bodies[0], retryCount: 1, tag: utf8('red') }]);
    const eta = first.task[0]?.etaUsec ?? 0n;
    expect(await modify('r0', eta - 1n, 60)).toMatch(/^25 /);
    expect(await modify('r0', -(2n ** 63n), 60)).toMatch(/^25 /);
    const longer = await modify('r0', eta, 600);
    if (typeof longer === 'string') throw new Error(longer);
    expect(longer.updatedEtaUsec).toBeGreaterThan(eta + 500_000_000n);
    const taskName = ['r0', 'r1', 'never', 'r0 '].map(utf8);
    const remove = () => callMethod(post, tasks.DeleteRequest, tasks.DeleteResponse, { queueName: pull, taskName });
    expect(await remove()).toMatchObject({ result: [0, 0, 14, 14] });
    expect(await remove()).toMatchObject({ result: [11, 11, 14, 14] });
    expect(await modify('r0', eta, 60)).toMatch(/^11 /);
    expect(await modify('never', eta, 60)).toMatch(/^14 /);
  });

  test.each<[string, MessageInitShape<typeof tasks.LeaseTasksRequest>, number]>([
    ['a push queue', { queueName: utf8('push') }, 21],
    ['no queue', { queueName: utf8('nowhere') }, 1],
    ['a negative time', { leaseSeconds: -1 }, 13],
    ['no time', { leaseSeconds: Number.NaN }, 13],
    ['no tasks', { maxTasks: 0n }, 13],
    ['too many', { maxTasks: 2n ** 40n }, 13],
    ['a tag alone', { tag: utf8('red') }, 13],
    ['a long tag', { tag: utf8('x'.repeat(501)), groupByTag: true }, 27],
  ])('is not leased with %s', async (_, given, code) => {
    expect(await lease(given)).toMatch(new RegExp(`^${code} `));
  });
});

describe('operating', () => {
  test('pause, purge, run and list', async () => {
    const queueName = utf8('other');
    const nothing = queues.NothingResponse;
    const pause = (pause: boolean) =>
      callMethod(post, queues.PauseRequest, nothing, { appId: utf8('p'), queueName, pause });
    await bulkAdd(added({ queueName, taskName: utf8('b') }), added({ queueName, taskName: utf8('a') }));
    await pause(true);
    const list = await callMethod(post, queues.FetchQueuesRequest, queues.FetchQueuesResponse, { maxRows: 2 });
    if (typeof list === 'string') throw new Error(list);
    expect(
      list.queue.map(({ queueName, paused, mode, bucketRefillPerSecond }) => [
        textIn(queueName),
        paused,
        mode,
        bucketRefillPerSecond,
      ]),
    ).toEqual([
      ['default', false, 0, 5],
      ['other', true, 0, 5],
    ]);
    await pause(false);
    const run = (taskName: string, queue = queueName) =>
      callMethod(post, tasks.ForceRunRequest, tasks.ForceRunResponse, { queueName: queue, taskName: utf8(taskName) });
    expect([await run('a'), await run('never'), await run('a', utf8('nowhere'))]).toMatchObject([
      { result: 0 },
      { result: 14 },
      { result: 1 },
    ]);
    const query = async (given: object) => {
      const answer = await callMethod(post, tasks.QueryTasksRequest, tasks.QueryTasksResponse, { queueName, ...given });
      return typeof answer === 'string' ? answer : answer.task.map(({ taskName }) => textIn(taskName));
    };
    expect(await query({})).toEqual(['a']);
    expect(await query({ startTaskName: utf8('b'), maxRows: 9 })).toEqual(['b']);
    expect(await query({ startEtaUsec: 0n, maxRows: 9 })).toHaveLength(2);
    expect(await query({ startEtaUsec: 2n ** 62n, maxRows: 9 })).toEqual([]);
    expect(await query({ startTag: utf8(''), maxRows: 9 })).toEqual([]);
    expect(await query({ queueName: utf8('nowhere') })).toMatch(/^1 /);
    expect(await callMethod(post, queues.PurgeRequest, nothing, { queueName })).toMatchObject({});
    expect(await query({ maxRows: 9 })).toEqual([]);
    expect(await callMethod(post, queues.PurgeRequest, nothing, { queueName: utf8('nowhere') })).toMatch(/^1 /);
  });

  test('statistics of queues that are there, and of others', async () => {
    const etaUsec = BigInt(Date.now() + 3_600_000) * 1000n + 7n;
    await database.pool.query(`select taskqueue.purge_queue('other')`);
    await bulkAdd(added({ queueName: utf8('other'), etaUsec }));
    const queueName = ['other', 'pull', 'nowhere'].map(utf8);
    const answer = await callMethod(post, queues.FetchQueueStatsRequest, queues.FetchQueueStatsResponse, { queueName });
    if (typeof answer === 'string') throw new Error(answer);
    expect(answer.queuestats).toMatchObject([
      { numTasks: 1, oldestEtaUsec: etaUsec, scannerInfo: { requestsInFlight: 0, enforcedRate: 5 } },
      { numTasks: 0, oldestEtaUsec: -1n, scannerInfo: { requestsInFlight: 0, enforcedRate: 0 } },
      { numTasks: 0, oldestEtaUsec: -1n, scannerInfo: { executedLastMinute: 0n, enforcedRate: 0 } },
    ]);
  });
});

describe('the envelope', () => {
  const errorOf = async (body: Uint8Array<ArrayBuffer>) => {
    const response = await post(body);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, BYTES['content-type']]);
    return (await responseOf(response)).rpcError?.code;
  };

  test.each<[string, Uint8Array<ArrayBuffer>, number | undefined]>([
    ['log lines are taken, and go nowhere', envelope('Flush', utf8('x'), 'x', 'logservice'), undefined],
    ['another method', envelope('UpdateQueue', new Uint8Array()), 1],
    ['another service', envelope('Get', new Uint8Array(), 'x', 'memcache'), 1],
    ['a property of objects', envelope('constructor', new Uint8Array()), 1],
    ['no envelope', new Uint8Array(utf8('{}')), 2],
    ['nothing', new Uint8Array(), 2],
    ['no request of the method', envelope('BulkAdd', utf8('{}')), 2],
    ['a request without a required field', envelope('PurgeQueue', new Uint8Array()), 2],
  ])('%s', async (_, body, code) => {
    expect(await errorOf(body)).toBe(code);
  });

  test('a call that is too large is told so', async () => {
    const body = new Uint8Array(33_554_433);
    expect(await errorOf(body)).toBe(5);
  });

  test('the body must have the type that no page can send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', ''])
      expect((await post(envelope('PurgeQueue', new Uint8Array()), { 'content-type': type })).status).toBe(415);
  });

  test('Java asks for the id of the application first', async () => {
    const ask = (query: string) =>
      appWith().request(`http://localhost/_ah/remote_api${query}`, {}, { peer: '127.0.0.1' });
    expect(await (await ask('')).text()).toBe(`{app_id: pgtaskqueue, rtok: '0'}\n`);
    expect(await (await ask('?rtok=123')).text()).toBe(`{app_id: pgtaskqueue, rtok: '123'}\n`);
    expect(await (await ask(`?rtok=1'%0Ax`)).text()).toBe(`{app_id: pgtaskqueue, rtok: '0'}\n`);
  });
});

describe('access', () => {
  const call = (ticket: string, headers = {}, method = 'PurgeQueue', queue = 'other') => {
    const request = Buffer.concat([Buffer.from([0x12, queue.length]), Buffer.from(queue)]);
    return post(envelope(method, request, ticket), headers, '/rpc_http', appWith(TOKEN));
  };
  const errorOf = async (response: Response | Promise<Response>) => {
    const { status } = await response;
    return status === 200 ? (await responseOf(await response)).applicationError?.code : status;
  };

  test('is by a header or by the ticket', async () => {
    expect(await errorOf(call('x'))).toBe(401);
    expect(await errorOf(call('x', { authorization: 'Bearer wrong' }))).toBe(401);
    expect(await errorOf(call(TOKEN, { authorization: 'Bearer wrong' }))).toBe(401);
    expect(await errorOf(call('x', { authorization: `Bearer ${TOKEN}` }))).toBeUndefined();
    expect(await errorOf(call('x', { 'x-goog-api-key': TOKEN }))).toBeUndefined();
    expect(await errorOf(call(TOKEN))).toBeUndefined();
    expect(await errorOf(call(TOKEN, { cookie: `token=${TOKEN}`, origin: 'https://evil.example' }))).toBe(403);
    expect(await errorOf(call('x', { cookie: `authorization=Bearer ${TOKEN}` }))).toBe(401);
  });

  test('a ticket is read from small calls alone', async () => {
    const { status } = await call(TOKEN, { 'content-length': '3000000' });
    expect(status).toBe(200);
    const answer = await responseOf(await call(TOKEN, { 'content-length': '3000000' }));
    expect(answer.rpcError).toMatchObject({ code: 5, detail: expect.stringContaining('at most 2097152 bytes') });
  });

  test('each method needs its right, on each queue that it names', async () => {
    const tokenWith = async (rights: string[]) =>
      (await createToken(database.pool, 'ada@example.com', { rights, queues: ['push', 'pull'] })).token;
    const [enqueue, lease, operate] = [
      await tokenWith(['enqueue']),
      await tokenWith(['lease']),
      await tokenWith(['operate']),
    ];
    const send = (token: string) => (body: Uint8Array<ArrayBuffer>) =>
      post(body, { authorization: `Bearer ${token}` }, '/rpc_http', appWith(TOKEN));
    const add = (token: string, queue: string) =>
      callMethod(send(token), BulkAddRequest, BulkAddResponse, {
        addRequest: [added(), added({ queueName: utf8(queue) })],
      });
    expect(await add(enqueue, 'push')).toMatchObject({ taskresult: [{ result: 0 }, { result: 0 }] });
    expect(await add(enqueue, 'other')).toBe('9 this credential does not have the right enqueue on queue other');
    expect(await add(lease, 'push')).toMatch(/^9 /);
    const remove = (token: string, queue: string) =>
      callMethod(send(token), tasks.DeleteRequest, tasks.DeleteResponse, {
        ...{ queueName: utf8(queue), taskName: [utf8('never')] },
      });
    expect(await remove(lease, 'pull')).toMatchObject({ result: [14] });
    expect(await remove(lease, 'push')).toMatch(/^9 .*right operate on queue push/);
    expect(await remove(operate, 'push')).toMatchObject({ result: [14] });
    expect(await remove(enqueue, 'pull')).toMatch(/^9 /);
    const list = await callMethod(send(lease), queues.FetchQueuesRequest, queues.FetchQueuesResponse, { maxRows: 9 });
    expect(list).toMatchObject({ queue: [] });
  });
});
