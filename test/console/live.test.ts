// Live updates: what is seen without a reload, who keeps a connection, and what happens without one.

import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { createToken } from '../../src/store/tokens.ts';
import { hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0 });
  await server.start();
  await database.pool.query(`select taskqueue.create_queue('mail', rate => '5/s')`);
});
afterAll(() => server?.stop());

/** While a tab has a stream, one connection listens for changes. */
async function listening(): Promise<number> {
  const { rows } = await database.pool.query(
    `select count(*)::integer as n from pg_stat_activity
     where application_name = 'pgtaskqueue console' and datname = current_database()`,
  );
  return rows[0].n;
}

const isLive = (page: Page) => page.locator('#live:not(.off)').waitFor();

/** How many tabs of a browser hold streams: each has one of the two slots. */
const streams = (page: Page) =>
  page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name?.startsWith('pgtaskqueue-live-')).length;
  });

async function openTabs(context: BrowserContext, number: number): Promise<Page[]> {
  const tabs = await Promise.all(Array.from({ length: number }, () => context.newPage()));
  await Promise.all(tabs.map((tab) => tab.goto(`${server.url}/console/queues`)));
  return tabs;
}

/** Chromium never hides a tab of its own accord when it is driven. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('what another session does is seen', async () => {
    const page = await browser.open(`${server.url}/console/queues`);
    await isLive(page);
    await database.pool.query(`select taskqueue.create_queue('seen')`);
    await page.locator('tr#q-seen').waitFor();
    await database.pool.query(`select taskqueue.pause_queue('seen', 'by hand')`);
    await page.locator('tr#q-seen', { hasText: 'Paused until resumed' }).waitFor();
    await page.goto(`${server.url}/console/queues/seen`);
    await isLive(page);
    await database.pool.query(`select taskqueue.add('seen', url => '/x')`);
    await page.locator('#queue-head', { hasText: '1 task' }).waitFor();
    browser.expectNoErrors();
    await page.close();
    await eventually(async () => expect(await listening()).toBe(0));
  });

  test('eight tabs of a browser hold two streams, and acts still work', async () => {
    const first = await browser.open(`${server.url}/console/queues`);
    const tabs = [first, ...(await openTabs(first.context(), 7))];
    await Promise.all(tabs.map(isLive));
    expect(await streams(first)).toBe(2);
    await database.pool.query(`select taskqueue.create_queue('everywhere')`);
    await Promise.all(tabs.map((tab) => tab.locator('tr#q-everywhere').waitFor()));
    const last = tabs.at(-1) as Page;
    await last.goto(`${server.url}/console/queues/mail`);
    await last.getByRole('button', { name: 'Pause mail' }).click();
    await last.getByText('Paused mail for 30 minutes.').waitFor();
    await database.pool.query(`select taskqueue.resume_queue('mail')`);
    await first.context().close();
    browser.expectNoErrors();
  });

  test('a hidden tab closes its stream, and takes it up again', async () => {
    const page = await browser.open(`${server.url}/console/queues`);
    await isLive(page);
    await eventually(async () => expect(await listening()).toBe(1));
    await setHidden(page, true);
    await eventually(async () => expect(await listening()).toBe(0));
    await setHidden(page, false);
    await isLive(page);
    await eventually(async () => expect(await listening()).toBe(1));
    await page.context().close();
  });

  test('changes are held back on request, and shown at once afterwards', async () => {
    const page = await browser.open(`${server.url}/console/queues`);
    await isLive(page);
    await page.keyboard.press('l');
    await database.pool.query(`select taskqueue.create_queue('held')`);
    await page.locator('#live', { hasText: /Paused, [1-9]\d* changes? held/ }).waitFor();
    expect(await page.locator('tr#q-held').count()).toBe(0);
    await page.keyboard.press('l');
    await page.locator('tr#q-held').waitFor();
    browser.expectNoErrors();
    await page.context().close();
  });

  test('focus stays where it is, and rows wait for it before they change places', async () => {
    const page = await browser.open(`${server.url}/console/queues`);
    await isLive(page);
    await page.locator('tr#q-mail a.name').focus();
    await database.pool.query(`select taskqueue.create_queue('later-row'), taskqueue.pause_queue('mail', 'a reason')`);
    await page.locator('tr#q-mail', { hasText: 'a reason' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('mail');
    expect(await page.locator('tr#q-later-row').count()).toBe(0);
    await page.locator('tr#q-mail a.name').blur();
    await page.locator('tr#q-later-row').waitFor();
    await database.pool.query(`select taskqueue.resume_queue('mail')`);
    browser.expectNoErrors();
    await page.context().close();
  });

  test('a lost server is said to be lost, and found again', async () => {
    const other = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
    await other.start();
    const { port } = new URL(other.url);
    const page = await browser.open(`${other.url}/console/queues`);
    await isLive(page);
    await other.stop();
    await page.getByText('Live updates stopped.').waitFor();
    expect(await page.locator('#live-lost').innerText()).toMatch(/The connection is lost\. Trying again in \d+\ss/);
    expect(await page.locator('tr#q-mail').count()).toBe(1);
    const again = createServer({ database: database.serverUrl, port: Number(port), roles: ['http'] });
    await again.start();
    await isLive(page);
    expect(await page.locator('#live-lost').count()).toBe(0);
    await page.context().close();
    await again.stop();
  });

  test('without scripts a link reloads', async () => {
    const page = await browser.open(`${server.url}/console/queues`, { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'Reload' }).click();
    await page.locator('tr#q-mail').waitFor();
    await page.context().close();
  });
});

test('a revoked token ends its stream', async () => {
  const guarded = createServer({
    database: database.serverUrl,
    port: 0,
    roles: ['http'],
    token: 'the-token-of-the-server',
  });
  await guarded.start();
  const { id, token } = await createToken(database.pool, 'ada@example.com', { rights: ['read'] });
  const address = `${guarded.url}/console/live?page=/queues`;
  const headers = { authorization: `Bearer ${token}` };
  const { body } = await fetch(address, { headers });
  await database.pool.query('select taskqueue.revoke_token($1)', [id]);
  let text = '';
  for await (const chunk of body ?? []) text += new TextDecoder().decode(chunk); // ends with the stream
  expect(text).toContain('q-mail');
  expect((await fetch(address, { headers })).status).toBe(401);
  await guarded.stop();
});

test('the page’s own right is required', async () => {
  const guarded = createServer({
    database: database.serverUrl,
    port: 0,
    roles: ['http'],
    token: 'the-token-of-the-server',
  });
  await guarded.start();
  const { token } = await createToken(database.pool, 'bob@example.com', { rights: ['read'], queues: ['seen'] });
  const status = async (page: string) =>
    (await fetch(`${guarded.url}/console/live?once&page=${page}`, { headers: { authorization: `Bearer ${token}` } }))
      .status;
  expect(await status('/queues/seen')).toBe(200);
  expect(await status('/queues/mail')).toBe(403);
  expect(await status('/nothing')).toBe(404);
  await guarded.stop();
});
