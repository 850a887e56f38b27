// What the rights of a caller show and allow on the pages of tasks, and jobs that another server has left.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Right } from '../../src/domain/rights.ts';
import { createServer } from '../../src/server.ts';
import { createToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';
import { formTokenIn, Visitor } from './visitor.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;
const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);

async function visitorWith(rights: Right[], queues = ['mail']): Promise<Visitor> {
  const { token } = await createToken(database.pool, 'ada@example.com', { rights, queues });
  const visitor = new Visitor(server.url);
  await visitor.signIn(token);
  return visitor;
}

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'], token: 'the-token-of-the-server' });
  await server.start();
  await query(
    `select taskqueue.create_queue('mail', retry => '{"task_retry_limit": 0}'), taskqueue.create_queue('vault')`,
  );
  for (const [queue, name] of [
    ['mail', 'seen'],
    ['mail', 'dies'],
    ['vault', 'covert-7'],
  ])
    await query(
      `select taskqueue.add($1, name => $2, payload => 'the-body', headers => '{"x-key": "the-header"}', transactional => false)`,
      [queue, name],
    );
  await query(`update taskqueue._tasks set due = due - interval '1 hour' where name = 'dies'`);
  await query(`select taskqueue.record_attempts('[{"queue": "mail", "name": "dies", "attempt": 1, "status": 500, "seconds": 0.1,
    "reason": "App Error", "response": "the-words"}]')`);
  await query(
    `select taskqueue.fail_task('mail', id, lease_token, 500, 'App Error', true, false) from taskqueue.claim_tasks('mail', 1)`,
  );
  await query(`select taskqueue.add('vault', name => 'ended', transactional => false)`);
  await query(`select taskqueue.delete_task('vault', 'ended')`);
});
afterAll(() => server?.stop());

describe('a viewer of one queue', () => {
  test.each([
    '/tasks',
    '/dead',
    '/tombstones',
    '/queues/mail/tasks',
    '/queues/mail/tasks/seen',
    '/queues/mail/tasks/dies',
  ])('%s shows neither bodies nor acts, and nothing of other queues', async (path) => {
    const { status, text } = await (await visitorWith(['read'])).get(`/console${path}`);
    expect(status).toBe(200);
    for (const secret of ['the-body', 'the-header', 'the-words', 'covert-7', 'vault'])
      expect(text).not.toContain(secret);
    expect(text.slice(text.indexOf('<main'))).not.toMatch(/Run now|Delete|Requeue|Release|Copy as…|Add a task/);
  });

  test.each([
    ['/queues/vault/tasks', 403],
    ['/queues/vault/tasks/covert-7', 403],
    ['/queues/mail/tasks/seen/payload', 403],
    ['/add', 403],
    ['/tombstones?name=ended', 200],
    ['/dead?queue=vault', 200],
  ])('%s is answered with %i, and shows nothing', async (path, status) => {
    const visit = await (await visitorWith(['read'])).get(`/console${path}`);
    expect(visit.status).toBe(status);
    expect(visit.text).not.toMatch(/the-body|<td[^>]*>.*(ended|covert-7)/);
  });

  test('no act is done', async () => {
    const visitor = await visitorWith(['read', 'payload']);
    const list = await visitor.get('/console/queues/mail/tasks');
    const _token = formTokenIn(list);
    for (const [path, fields] of [
      ['/queues/mail/tasks', { act: 'run', name: 'seen' }],
      ['/queues/mail/tasks/seen/run', {}],
      ['/queues/mail/tasks/seen/delete', {}],
      ['/queues/mail/tasks/dies/requeue', {}],
      ['/tombstones/vault/ended/release', { reason: 'x' }],
      ['/dead/all', { queue: 'mail', act: 'delete_dead', tasks: '1', confirmed: '1' }],
      ['/dead/selected', { queue: 'mail', act: 'requeue', name: 'dies' }],
      ['/add', { queue: 'mail', payload: 'x' }],
    ] as [string, Record<string, string>][])
      expect((await visitor.post(`/console${path}`, { _token, ...fields })).status, path).toBeGreaterThanOrEqual(400);
    expect(await value(database.pool, `select count(*)::integer from taskqueue.jobs`)).toBe(0);
    expect(await value(database.pool, `select tasks::integer from taskqueue.count_tasks('mail')`)).toBe(1);
  });

  test('a job on another queue does not exist', async () => {
    const id = await value<string>(database.pool, `select taskqueue.create_job('vault', 'delete', 1, names => '{x}')`);
    const visitor = await visitorWith(['read', 'operate']);
    expect((await visitor.get(`/console/jobs/${id}`)).status).toBe(404);
    expect((await visitor.get('/console/jobs/x')).status).toBe(404);
    await query('select taskqueue.cancel_job($1)', [id]);
  });
});

test('handlers and bodies speak to callers with the right payload', async () => {
  const visitor = await visitorWith(['read', 'payload']);
  expect((await visitor.get('/console/queues/mail/tasks/dies')).text).toContain('the-words');
  expect((await visitor.get('/console/dead?queue=mail')).text).toContain('the-words');
  const { headers, text } = await visitor.get('/console/queues/mail/tasks/seen/payload');
  expect(text).toBe('the-body');
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="seen.bin"',
    'x-content-type-options': 'nosniff',
  });
});

test('a job is recorded under the name of the person who began it', async () => {
  const visitor = await visitorWith(['read', 'operate']);
  const list = await visitor.get('/console/queues/mail/tasks');
  const fields = { _token: formTokenIn(list), act: 'run', name: 'seen', all: '1', confirmed: '1', filter: 'name:seen' };
  expect((await visitor.post('/console/queues/mail/tasks', fields)).status).toBe(303);
  const actor = () => value<string>(database.pool, `select max(actor) from taskqueue.audit where act = 'run_tasks'`);
  await expect.poll(actor).toContain(' for ada@example.com (token ');
});

test('a job that another server has left is finished', async () => {
  const id = await value<string>(database.pool, `select taskqueue.create_job('mail', 'delete', 1, names => '{seen}')`);
  await query(`update taskqueue._jobs set advanced = advanced - interval '1 minute' where id = $1`, [id]);
  const state = () => value<string>(database.pool, 'select state from taskqueue.jobs where id = $1', [id]);
  await expect.poll(state).toBe('done');
});
