// The REST API of pull queues, request by request, on a real server that has only the rights of taskqueue_server.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { LOCKS } from '../../src/schema/locks.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { nextName } from '../support/names.ts';
import { row, value } from '../support/sql.ts';

const ROOT = 'the-token-of-the-server';
const database = useDatabase();
let server: Server;
let queue: string;

beforeAll(async () => {
  const login = await newLogin(database.url, ['taskqueue_server']);
  server = createServer({ database: login, port: 0, token: ROOT, logger: silentLogger });
  await server.start();
});

afterAll(async () => {
  await server.stop();
  await dropLogins(database.url);
});

beforeEach(async () => {
  queue = nextName('rest');
  await database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

// biome-ignore lint/suspicious/noExplicitAny: documents of any shape are inspected
type Answer = { status: number; body: any };

async function ask(method: string, path: string, body?: unknown, token = ROOT): Promise<Answer> {
  const url = `${server.url}/taskqueue/v1beta2/projects/s~p/taskqueues/${path}`;
  const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}`, ...type }, ...init });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}
const insert = (task: object) => ask('POST', `${queue}/tasks`, task);
const lease = (query = 'numTasks=10&leaseSecs=60') => ask('POST', `${queue}/tasks/lease?${query}`);
const base64 = (text: string) => Buffer.from(text).toString('base64url');

describe('tasks', () => {
  test('insert, list, get, lease, delete', async () => {
    const before = Date.now() * 1000 - 1_000_000;
    const inserted = await insert({ id: 'a', payloadBase64: base64('hello'), tag: 'x' });
    expect(inserted).toMatchObject({
      status: 200,
      body: {
        kind: 'taskqueues#task',
        id: 'a',
        queueName: queue,
        payloadBase64: base64('hello'),
        retry_count: 0,
        tag: 'x',
      },
    });
    expect(Number(inserted.body.enqueueTimestamp)).toBeGreaterThan(before);
    expect(inserted.body.leaseTimestamp).toBe(inserted.body.enqueueTimestamp);
    const listed = await ask('GET', `${queue}/tasks`);
    expect(listed.body).toMatchObject({ kind: 'taskqueues#tasks', items: [{ id: 'a' }] });
    expect(listed.body.items[0]).not.toHaveProperty('payloadBase64');
    expect((await ask('GET', `${queue}/tasks/a`)).body).toEqual(inserted.body);
    const leased = await lease();
    expect(leased.body).toMatchObject({ kind: 'taskqueues#tasks', items: [{ id: 'a', retry_count: 1 }] });
    expect(leased.body.items[0].leaseTimestamp).toMatch(/^\d{16}$/);
    expect(await ask('DELETE', `${queue}/tasks/a`)).toEqual({ status: 200, body: '' });
    expect((await ask('DELETE', `${queue}/tasks/a`)).status).toBe(404);
    expect((await ask('GET', `${queue}/tasks/a`)).status).toBe(404);
    expect((await ask('GET', `${queue}/tasks`)).body).toEqual({ kind: 'taskqueues#tasks' });
  });

  test.each([
    ['+/8=', [251, 255]],
    ['-_8', [251, 255]],
    ['-_8=', [251, 255]],
    ['+/\n8', [251, 255]],
    ['', []],
  ])('a payload in base64 as %j', async (payloadBase64, bytes) => {
    await insert({ payloadBase64 });
    const [task] = (await lease()).body.items;
    expect([...Buffer.from(task.payloadBase64 ?? '', 'base64url')]).toEqual(bytes);
  });

  test('insert with the time from which it may be leased, and with short and full queue names', async () => {
    const leaseTimestamp = String((Date.now() + 3_600_000) * 1000 + 123);
    const queueName = `projects/p/taskqueues/${queue}`;
    expect((await insert({ payloadBase64: 'YQ', leaseTimestamp, queueName })).body.leaseTimestamp).toBe(leaseTimestamp);
    expect((await insert({ payloadBase64: 'YQ', leaseTimestamp: '0', queueName: queue })).status).toBe(200);
    expect((await lease()).body.items).toHaveLength(1);
  });

  test('lease by tag', async () => {
    for (const tag of ['red', 'blue', 'red']) await insert({ payloadBase64: 'YQ', tag });
    expect((await lease('numTasks=1&leaseSecs=0&groupByTag=true&tag=blue')).body.items).toMatchObject([
      { tag: 'blue' },
    ]);
    const grouped = await lease('numTasks=10&leaseSecs=60&groupByTag=true');
    expect(grouped.body.items.map(({ tag }: { tag: string }) => tag)).toEqual(['red', 'red']);
  });

  test('lease waits for work for as long as requested', async () => {
    const waiting = lease('numTasks=1&leaseSecs=60&waitSecs=30');
    const waits = `select count(*)::integer from pg_locks where classid = ${LOCKS.waiting}
                   and database = (select oid from pg_database where datname = current_database())`;
    await expect.poll(() => value(database.pool, waits)).toBeGreaterThan(0);
    await insert({ id: 'late', payloadBase64: 'YQ' });
    expect((await waiting).body.items).toMatchObject([{ id: 'late' }]);
    expect((await lease('numTasks=1&leaseSecs=60&waitSecs=1')).body).toEqual({ kind: 'taskqueues#tasks' });
  });

  test('update requires the expiry of the lease as proof; patch does not', async () => {
    await insert({ id: 'a', payloadBase64: 'YQ' });
    const [held] = (await lease()).body.items;
    const updated = await ask('POST', `${queue}/tasks/a?newLeaseSeconds=600`, held);
    expect(updated.status).toBe(200);
    expect(Number(updated.body.leaseTimestamp) - Number(held.leaseTimestamp)).toBeGreaterThan(500_000_000);
    expect((await ask('POST', `${queue}/tasks/a?newLeaseSeconds=600`, held)).status).toBe(400); // the old expiry
    expect((await ask('PATCH', `${queue}/tasks/a?newLeaseSeconds=60`, { queueName: queue })).status).toBe(200);
    expect((await ask('PATCH', `${queue}/tasks/a?newLeaseSeconds=60`, { leaseTimestamp: '1' })).status).toBe(400);
    const [{ leaseTimestamp }] = (await ask('GET', `${queue}/tasks`)).body.items;
    expect((await ask('POST', `${queue}/tasks/a?newLeaseSeconds=0`, { leaseTimestamp })).status).toBe(200);
    expect((await ask('PATCH', `${queue}/tasks/a?newLeaseSeconds=60`, {})).status).toBe(400);
    expect((await lease()).body.items).toMatchObject([{ id: 'a', retry_count: 2 }]);
  });
});

test('a queue: its limit, its ACL and its counts', async () => {
  const acl = JSON.stringify([{ user_email: 'a@b.c' }, { writer_email: 'w@b.c' }]);
  await database.pool.query(`select taskqueue.update_queue($1, retry => '{"task_retry_limit": 7}', acl => $2)`, [
    queue,
    acl,
  ]);
  const described = {
    kind: 'taskqueues#taskqueue',
    id: queue,
    maxLeases: 7,
    acl: { consumerEmails: ['a@b.c'], producerEmails: ['w@b.c'], adminEmails: [] },
  };
  expect((await ask('GET', queue)).body).toEqual(described);
  await insert({ payloadBase64: 'YQ' });
  await lease();
  expect((await ask('GET', `${queue}?getStats=true`)).body).toEqual({
    ...described,
    stats: { totalTasks: 1, oldestTask: expect.stringMatching(/^\d{10}$/), leasedLastMinute: '1', leasedLastHour: '1' },
  });
});

describe('errors', () => {
  test.each<[string, string, unknown, number]>([
    ['POST', '/tasks/lease', undefined, 400],
    ['POST', '/tasks/lease?numTasks=1', undefined, 400],
    ['POST', '/tasks/lease?numTasks=1001&leaseSecs=1', undefined, 400],
    ['POST', '/tasks/lease?numTasks=1&leaseSecs=604801', undefined, 400],
    ['POST', '/tasks/lease?numTasks=1&leaseSecs=1.5', undefined, 400],
    ['POST', '/tasks/lease?numTasks=1&leaseSecs=1&tag=x', undefined, 400],
    ['POST', '/tasks/lease?numTasks=1&leaseSecs=1&groupByTag=maybe', undefined, 400],
    ['POST', '/tasks/lease?numTasks=1&leaseSecs=1&waitSecs=61', undefined, 400],
    ['POST', '/tasks', {}, 400],
    ['POST', '/tasks', '{', 400],
    ['POST', '/tasks', { payloadBase64: '!' }, 400],
    ['POST', '/tasks', { payloadBase64: 'YQ', queueName: 'other' }, 400],
    ['POST', '/tasks', { payloadBase64: 'YQ', id: 'a b' }, 400],
    ['POST', '/tasks', { payloadBase64: 'YQ', id: 'lease' }, 400],
    ['POST', '/tasks', { payloadBase64: 'YQ', leaseTimestamp: 'soon' }, 400],
    ['POST', '/tasks', { payloadBase64: 'YQ', leaseTimestamp: '99999999999999999' }, 400],
    ['GET', '/tasks/none', undefined, 404],
    ['PATCH', '/tasks/none?newLeaseSeconds=1', {}, 404],
    ['POST', '/tasks/none?newLeaseSeconds=1', { leaseTimestamp: '1' }, 404],
    ['POST', '/tasks/none?newLeaseSeconds=1', {}, 400],
    ['POST', '/tasks/none', {}, 400],
    ['GET', '/tasks?fields=items(', undefined, 400],
    ['GET', '/tasks?alt=xml', undefined, 400],
  ])('%s %s with %j: %s', async (method, path, body, status) => {
    const answer = await ask(method, queue + path, body);
    expect([answer.status, answer.body.error?.code]).toEqual([status, status]);
    expect(answer.body.error.errors).toEqual([
      { domain: 'global', reason: expect.any(String), message: answer.body.error.message },
    ]);
  });

  test('unknown queues, push queues, paused queues, names in use', async () => {
    expect((await ask('GET', 'none')).body.error).toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] });
    expect((await ask('GET', 'default/tasks')).status).toBe(400);
    await insert({ id: 'a', payloadBase64: 'YQ' });
    expect((await insert({ id: 'a', payloadBase64: 'YQ' })).body.error).toMatchObject({ code: 409 });
    await ask('DELETE', `${queue}/tasks/a`);
    expect((await insert({ id: 'a', payloadBase64: 'YQ' })).status).toBe(409);
    expect((await ask('PATCH', `${queue}/tasks/a?newLeaseSeconds=1`, {})).status).toBe(404);
    await database.pool.query('select taskqueue.pause_queue($1)', [queue]);
    expect((await lease()).status).toBeGreaterThanOrEqual(400);
  });
});

describe('fields and format of responses', () => {
  const textOf = async (query: string) => {
    const url = `${server.url}/taskqueue/v1beta2/projects/p/taskqueues/${queue}/tasks?${query}&key=${ROOT}`;
    return (await fetch(url)).text();
  };

  test.each([
    ['items/id', { items: [{ id: 'a' }] }],
    ['kind,items(id,tag)', { kind: 'taskqueues#tasks', items: [{ id: 'a', tag: 'x' }] }],
    ['items(*)', { items: [expect.objectContaining({ id: 'a', retry_count: 0 })] }],
    ['nothing', {}],
  ])('fields=%s', async (fields, expected) => {
    await insert({ id: 'a', payloadBase64: 'YQ', tag: 'x' });
    expect(JSON.parse(await textOf(`fields=${encodeURIComponent(fields)}`))).toEqual(expected);
  });

  test('nesting deeper than any document is rejected', async () => {
    for (const fields of ['a('.repeat(7_000), `${'a/'.repeat(7_000)}a`, `${'a('.repeat(1_000)}b${')'.repeat(1_000)}`]) {
      const answer = await ask('GET', `${queue}/tasks?fields=${fields}`);
      expect([answer.status, answer.body.error.code]).toEqual([400, 400]);
    }
  });

  test('pretty-printed by default', async () => {
    expect(await textOf('alt=json')).toBe('{\n "kind": "taskqueues#tasks"\n}');
    expect(await textOf('prettyPrint=false')).toBe('{"kind":"taskqueues#tasks"}');
  });
});

describe('access', () => {
  const token = async (email: string, scopes = '{taskqueue}', expires: string | null = null) =>
    await row<{ id: string; token: string }>(database.pool, 'select * from taskqueue.create_token($1, $2, $3)', [
      email,
      scopes,
      expires,
    ]);
  const statuses = async (bearer: string) => [
    (await ask('POST', `${queue}/tasks`, { payloadBase64: 'YQ' }, bearer)).status,
    (await ask('POST', `${queue}/tasks/lease?numTasks=1&leaseSecs=0`, undefined, bearer)).status,
  ];

  test('is granted by the ACL: writer_email may insert, user_email everything else', async () => {
    const acl = JSON.stringify([
      { user_email: 'user@x.y' },
      { writer_email: 'writer@x.y' },
      { user_email: 'both@x.y' },
      { writer_email: 'both@x.y' },
    ]);
    await database.pool.query('select taskqueue.update_queue($1, acl => $2)', [queue, acl]);
    expect(await statuses((await token('user@x.y')).token)).toEqual([403, 200]);
    expect(await statuses((await token('writer@x.y')).token)).toEqual([200, 403]);
    expect(await statuses((await token('BOTH@x.y')).token)).toEqual([200, 200]);
    expect(await statuses((await token('both@x.y', '{taskqueue.consumer}')).token)).toEqual([403, 200]);
    expect(await statuses((await token('nobody@x.y')).token)).toEqual([403, 403]);
    expect((await ask('GET', 'none', undefined, (await token('user@x.y')).token)).status).toBe(403);
    expect(await statuses(ROOT)).toEqual([200, 200]);
  });

  test('is denied to wrong, revoked and expired tokens, and only hashes are stored', async () => {
    expect(await statuses('wrong')).toEqual([401, 401]);
    const made = await token('user@x.y');
    await database.pool.query('select taskqueue.revoke_token($1)', [made.id]);
    expect(await statuses(made.token)).toEqual([401, 401]);
    expect(await statuses((await token('user@x.y', '{taskqueue}', '2020-01-01')).token)).toEqual([401, 401]);
    const stored = await value<string>(database.pool, 'select string_agg(t::text, $1) from taskqueue._tokens as t', [
      '\n',
    ]);
    expect(stored).not.toContain((await token('user@x.y')).token.slice(3));
  });

  test('to operators’ acts is audited: caller, reason and request', async () => {
    const { id, token: bearer } = await row<{ id: string; token: string }>(
      database.pool,
      `select * from taskqueue.create_token('ada@x.y', rights => '{lease}', queues => '{rest-*}')`,
    );
    await insert({ id: 'idle', payloadBase64: 'YQ' });
    const headers = { authorization: `Bearer ${bearer}`, 'x-goog-request-reason': 'ticket 7', 'x-request-id': 'req-1' };
    const url = `${server.url}/taskqueue/v1beta2/projects/p/taskqueues/${queue}/tasks/idle`;
    const response = await fetch(url, { method: 'DELETE', headers });
    expect([response.status, response.headers.get('x-request-id')]).toEqual([200, 'req-1']);
    const noted = await row(
      database.pool,
      'select act, actor, via, reason, request_id from taskqueue.audit where object = $1',
      [`task ${queue}/idle`],
    );
    expect(noted).toEqual({
      act: 'delete',
      actor: expect.stringMatching(new RegExp(`^login_\\w+ for ada@x.y \\(token ${id}\\)$`)),
      via: 'pgtaskqueue http',
      reason: 'ticket 7',
      request_id: 'req-1',
    });
  });
});
