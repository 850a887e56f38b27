// The page of a queue: its figures, its charts, and each act, end to end.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { createToken } from '../../src/store/tokens.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
  await database.pool.query(`select taskqueue.create_queue('mail', rate => '5/s', max_concurrent_requests => 10)`);
  await database.pool.query(`select taskqueue.create_queue('photos', mode => 'pull')`);
  for (let i = 0; i < 3; i++) await database.pool.query(`select taskqueue.add('mail', url => '/x')`);
  await database.pool.query(`select taskqueue.add('photos', payload => 'x', tag => 'cats & <dogs>')`);
  await database.pool.query(`select taskqueue.add('photos', payload => 'y')`);
  await database.pool.query(
    `insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, response)
     select q.id, now() - interval '1 minute', 1, 503, 0.5, 'a-task', 'App Error', 'too <b>busy</b>'
     from taskqueue._queues as q where q.name = 'mail'`,
  );
  await database.pool.query(
    `insert into taskqueue._statistics (queue_id, at, executed, started, succeeded, server_error, tokens, in_flight,
       due, scheduled, tasks)
     select q.id, now() - make_interval(secs => s), 4, 4, 3, 1, 2, 2, 3, 0, 3
     from taskqueue._queues as q, generate_series(1, 600, 5) as s where q.name = 'mail'`,
  );
});
afterAll(() => server?.stop());

const acts = async (object: string) =>
  (
    await database.pool.query(
      `select act, reason, actor like '%this machine%' as by_person from taskqueue.audit where object = $1 order by id`,
      [object],
    )
  ).rows;

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();
  const open = (path: string, options = {}) => browser.open(`${server.url}/console${path}`, options);

  test.each([
    ['/queues/mail', 'light'],
    ['/queues/mail', 'dark'],
    ['/queues/photos', 'light'],
    ['/queues/photos', 'dark'],
    ['/queues/mail?range=week', 'light'],
    ['/queues/mail/purge', 'dark'],
    ['/queues/mail/delete', 'light'],
  ] as const)('%s is accessible in %s', async (path, colorScheme) => {
    const page = await open(path, { colorScheme });
    await expectAccessible(page);
    browser.expectNoErrors();
    await page.context().close();
  });

  test('the page tells from waiting to done, and what fails', async () => {
    const page = await open('/queues/mail');
    const path = await page.locator('#queue-path').innerText();
    expect(path).toMatch(/Due and waiting\s+3/);
    expect(path).toMatch(/\d+ done, \d+ failed\s+in the last minute/);
    expect(await page.locator('#errors').innerText()).toMatch(/503\s+too <b>busy<\/b>\s+1/);
    expect(await page.locator('#queue-charts figure').count()).toBe(4);
    await page.context().close();
  });

  test('what limits would do is told while somebody types, and applied', async () => {
    const page = await open('/queues/mail');
    await page.getByLabel('Rate', { exact: true }).fill('fast');
    await page.getByText('Rate must be such as 5/s').waitFor();
    await page.getByLabel('Rate', { exact: true }).fill('12/s');
    await page.locator('.diff .ins', { hasText: 'rate: 12/s' }).waitFor();
    await page.getByText('queues apply').waitFor();
    await page.getByRole('button', { name: 'Apply 1 change' }).click();
    await page.getByText('Applied to mail: 12/s, bucket of 5, 10 slots.').waitFor();
    const { rows } = await database.pool.query(`select rate from taskqueue.queues where name = 'mail'`);
    expect(rows).toEqual([{ rate: '12/s' }]);
    expect((await acts('queue mail')).at(-1)).toEqual({ act: 'update', reason: null, by_person: true });
    browser.expectNoErrors();
    await page.context().close();
  });

  test('a queue is paused for a reason, and resumed', async () => {
    const page = await open('/queues/mail');
    await page.getByLabel('Reason, shown to everyone').fill('maintenance, INC-2304');
    await page.getByLabel('For', { exact: true }).selectOption('1 hour');
    await page.getByRole('button', { name: 'Pause mail' }).click();
    await page.getByText('Paused mail for 1 hour.').waitFor();
    const paused = await database.pool.query(
      `select state, paused_reason, paused_until between now() + interval '59 minutes' and now() + interval '60 minutes'
         as in_an_hour from taskqueue.queues where name = 'mail'`,
    );
    expect(paused.rows).toEqual([{ state: 'paused', paused_reason: 'maintenance, INC-2304', in_an_hour: true }]);
    await page.locator('#queue-head', { hasText: 'by this machine: “maintenance, INC-2304”' }).waitFor();
    await page.getByRole('button', { name: 'Resume mail' }).click();
    await page.getByText('Resumed mail.').waitFor();
    const { rows } = await database.pool.query(`select state from taskqueue.queues where name = 'mail'`);
    expect(rows).toEqual([{ state: 'running' }]);
    const [pause, resume] = (await acts('queue mail')).slice(-2);
    expect(pause).toEqual({ act: 'pause', reason: 'maintenance, INC-2304', by_person: true });
    expect(resume).toEqual({ act: 'resume', reason: null, by_person: true });
    browser.expectNoErrors();
    await page.context().close();
  });

  test('a purge wants the name and tells the count', async () => {
    const page = await open('/queues/mail');
    await page.getByRole('link', { name: 'Purge…' }).click();
    await page.getByText('3 tasks are deleted').waitFor();
    await page.getByLabel('Type mail').fill('mail');
    await page.getByRole('button', { name: 'Purge 3 tasks' }).click();
    await page.getByText('Purged 3 tasks of mail.').waitFor();
    const { rows } = await database.pool.query(`select tasks from taskqueue.queues where name = 'mail'`);
    expect(rows).toEqual([{ tasks: '0' }]);
    expect((await acts('queue mail')).at(-1)).toEqual({ act: 'purge', reason: null, by_person: true });
    browser.expectNoErrors();
    await page.context().close();
  });

  test('leases and tags of a pull queue are shown', async () => {
    await database.pool.query(`select * from taskqueue.lease_tasks_by_tag('photos', 40, 1, 'cats & <dogs>')`);
    const page = await open('/queues/photos');
    expect(await page.locator('#leases').innerText()).toMatch(/cats & <dogs>\s+one lease\s+1 task/);
    expect(await page.locator('#tags').innerText()).toMatch(/no tag\s+1\s+0/);
    browser.expectNoErrors();
    await page.context().close();
  });

  test('a queue is deleted, without scripts too', async () => {
    await database.pool.query(`select taskqueue.create_queue('old')`);
    const page = await open('/queues/old', { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'Delete…' }).click();
    await page.getByLabel('Type old').fill('old');
    await page.getByRole('button', { name: 'Delete old' }).click();
    await page.getByText('Deleted old and 0 tasks.').waitFor();
    const { rows } = await database.pool.query(`select from taskqueue.queues where name = 'old'`);
    expect(rows).toEqual([]);
    expect((await acts('queue old')).at(-1)).toEqual({ act: 'delete', reason: null, by_person: true });
    await page.context().close();
  });

  test.each([380, 2560])('nothing scrolls sideways at %d pixels', async (width) => {
    for (const path of ['/queues/mail', '/queues/photos']) {
      const page = await open(path, { viewport: { width, height: 800 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.context().close();
    }
  });
});

test('a viewer gets no buttons, and no words of handlers', async () => {
  const guarded = createServer({
    database: database.serverUrl,
    port: 0,
    roles: ['http'],
    token: 'the-token-of-the-server',
  });
  await guarded.start();
  const { token } = await createToken(database.pool, 'ada@example.com', { rights: ['read'] });
  const headers = { authorization: `Bearer ${token}` };
  const text = await (await fetch(`${guarded.url}/console/queues/mail`, { headers })).text();
  expect(text).toContain('its answer needs the right payload');
  for (const hidden of ['too &lt;b&gt;busy', 'Pause mail', 'Purge…', 'Delete…', 'Add a task', 'name="rate"'])
    expect(text).not.toContain(hidden);
  expect((await fetch(`${guarded.url}/console/queues/mail/purge`, { headers })).status).toBe(403);
  expect((await fetch(`${guarded.url}/console/queues/unknown`, { headers })).status).toBe(404);
  await guarded.stop();
});

test('the name must be typed', async () => {
  const page = await (await fetch(`${server.url}/console/queues/photos/purge`)).text();
  const [, token = ''] = /name="_token" value="([^"]+)"/.exec(page) ?? [];
  const body = new URLSearchParams({ _token: token, typed: 'phot' });
  const headers = { origin: server.url };
  const { status } = await fetch(`${server.url}/console/queues/photos/purge`, { method: 'POST', body, headers });
  expect(status).toBe(400);
  const { rows } = await database.pool.query(`select tasks from taskqueue.queues where name = 'photos'`);
  expect(rows).toEqual([{ tasks: '2' }]);
});
