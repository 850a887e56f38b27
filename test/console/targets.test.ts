// The pages of targets, keys, allowed hosts and tokens: each act, end to end.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
});
afterAll(() => server?.stop());

const sql = async (text: string, ...values: unknown[]) => (await database.pool.query(text, values)).rows;
const main = (page: Page) => page.locator('main').innerText();

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();
  const open = (path: string, options = {}) => browser.open(`${server.url}/console${path}`, options);

  test('a target is set, changed and removed', async () => {
    const page = await open('/targets');
    await page.getByRole('link', { name: 'Set a target' }).click();
    await page.getByLabel('Name', { exact: true }).fill('mailer');
    await page.getByLabel('Base URL').fill('https://mail.example.com');
    await page.getByRole('button', { name: 'Set target' }).click();
    await expect.poll(() => main(page)).toContain('Set target mailer.');
    expect(await sql('select name, url, max_concurrent from taskqueue.targets')).toEqual([
      { name: 'mailer', url: 'https://mail.example.com', max_concurrent: null },
    ]);
    await page.getByRole('link', { name: 'Change' }).click();
    await page.getByLabel('Concurrent requests').fill('20');
    await page.getByRole('button', { name: 'Set target' }).click();
    await expect.poll(() => sql('select max_concurrent from taskqueue.targets')).toEqual([{ max_concurrent: 20 }]);
    await page.getByRole('link', { name: 'Remove' }).click();
    await page.getByLabel('Type mailer').fill('mailer');
    await page.getByRole('button', { name: 'Remove target' }).click();
    await expect.poll(() => main(page)).toContain('Removed target mailer.');
    expect(await sql('select 1 from taskqueue.targets')).toEqual([]);
    const acts = await sql(`select act, actor from taskqueue.audit where object = 'target mailer' order by id`);
    expect(acts.map(({ act }) => act)).toEqual(['set', 'set', 'remove']);
    for (const { actor } of acts) expect(actor).toContain('this machine');
    browser.expectNoErrors();
  });

  test('what was typed stays in the form when it is refused', async () => {
    const page = await open('/targets/set');
    await page.getByLabel('Name', { exact: true }).fill('mailer');
    await page.getByLabel('Base URL').fill('ftp://mail.example.com');
    await page.getByRole('button', { name: 'Set target' }).click();
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('http');
    expect(await page.getByLabel('Base URL').inputValue()).toBe('ftp://mail.example.com');
    expect(await sql('select 1 from taskqueue.targets')).toEqual([]);
    browser.expectNoErrors();
  });

  test('a host is allowed and disallowed', async () => {
    const page = await open('/targets');
    await page.getByLabel('Host to allow').fill('*.example.org');
    await page.getByRole('button', { name: 'Allow' }).click();
    await expect.poll(() => sql('select entry from taskqueue.allowed_urls')).toEqual([{ entry: '*.example.org' }]);
    await page.getByRole('link', { name: 'Disallow *.example.org' }).click();
    await page.getByRole('button', { name: 'Disallow' }).click();
    await expect.poll(() => sql('select entry from taskqueue.allowed_urls')).toEqual([]);
    browser.expectNoErrors();
  });

  test('a key is added, rotated and revoked; only references are shown', async () => {
    await sql(`select taskqueue.set_target('mailer', 'https://mail.example.com')`);
    const page = await open('/targets/keys/rotate?target=mailer');
    await page.getByLabel('Where dispatchers find the secret').fill('env:FIRST');
    await page.getByRole('button', { name: 'Use this key' }).click();
    await expect.poll(() => main(page)).toContain('Requests to mailer are signed with env:FIRST.');
    await page.getByRole('link', { name: 'Rotate key' }).click();
    await page.getByLabel('Where dispatchers find the secret').fill('env:SECOND');
    await page.getByLabel('Old keys sign').fill('2 h');
    await page.getByRole('button', { name: 'Use this key' }).click();
    const keys = `select reference, extract(epoch from expires - clock_timestamp())::integer / 600 as left from taskqueue.keys order by created`;
    await expect
      .poll(() => sql(keys))
      .toMatchObject([
        { reference: 'env:FIRST', left: 11 },
        { reference: 'env:SECOND', left: null },
      ]);
    await page.locator('tr', { hasText: 'env:FIRST' }).getByRole('link', { name: 'Revoke' }).click();
    await page.getByLabel('Type mailer').fill('mailer');
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await expect.poll(() => sql('select reference from taskqueue.keys')).toEqual([{ reference: 'env:SECOND' }]);
    browser.expectNoErrors();
  });

  test('a token is shown once, works, and is revoked', async () => {
    const page = await open('/tokens/create');
    await page.getByLabel('Whose').fill('shop@example.com');
    await page.getByLabel('Queues', { exact: true }).fill('mail-* orders');
    await page.getByLabel('Ends after').fill('90 d');
    await page.getByRole('button', { name: 'Create token' }).click();
    const token = (await page.locator('pre.src').innerText()).trim();
    expect(token).toMatch(/^tq_[0-9a-f]{64}$/);
    expect(page.url()).not.toContain(token);
    expect(JSON.stringify(await page.context().cookies())).not.toContain(token);
    expect(await sql('select rights, queues, expires > now() as valid from taskqueue.tokens')).toEqual([
      { rights: ['read'], queues: ['mail-*', 'orders'], valid: true },
    ]);
    const as = { headers: { authorization: `Bearer ${token}` } };
    expect((await fetch(`${server.url}/console/queues`, as)).status).toBe(200);
    await page.goto(`${server.url}/console/tokens`);
    expect(await page.content()).not.toContain(token);
    await page.getByRole('link', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke token' }).click();
    await expect.poll(() => sql('select 1 from taskqueue.tokens')).toEqual([]);
    browser.expectNoErrors();
  });

  test.each(['light', 'dark'] as const)('the pages are accessible, %s', async (colorScheme) => {
    await sql(
      `select taskqueue.set_target('mailer', 'https://mail.example.com'), taskqueue.allow_url('*.example.com')`,
    );
    await sql(`select taskqueue.create_token('shop@example.com', rights => '{read}')`);
    for (const path of ['/targets', '/targets/set', '/targets/remove?name=mailer', '/tokens', '/tokens/create'])
      await expectAccessible(await open(path, { colorScheme }));
    browser.expectNoErrors();
  });
});

describe('rights', () => {
  const headersOf = async (...rights: string[]) => {
    const [{ token }] = await sql(`select token from taskqueue.create_token('ada@example.com', rights => $1)`, rights);
    return { authorization: `Bearer ${token}` };
  };

  test('a viewer sees targets, without buttons and without tokens', async () => {
    const headers = await headersOf('read');
    const page = await (await fetch(`${server.url}/console/targets`, { headers })).text();
    expect(page).toContain('Targets and keys');
    expect(page).not.toContain('Set a target');
    for (const path of ['/tokens', '/targets/set'])
      expect((await fetch(`${server.url}/console${path}`, { headers })).status).toBe(403);
  });

  test('nobody grants rights that they do not have', async () => {
    const headers = await headersOf('read', 'admin');
    const form = await (await fetch(`${server.url}/console/tokens/create`, { headers })).text();
    expect(form).not.toContain('value="payload"');
    const formToken = /name="_token" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const create = (right: string) =>
      fetch(`${server.url}/console/tokens/create`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ _token: formToken, email: 'eve@example.com', right, queues: '*' }),
      });
    expect((await create('payload')).status).toBe(403);
    expect((await create('read')).status).toBe(200);
  });
});
