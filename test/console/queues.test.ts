// The list of queues: what hurts, filters and orders in the address, many queues, none at all, and a new one.

import type { Page } from 'playwright-core';
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
  await database.pool.query(`select taskqueue.create_queue('mail', rate => '5/s', max_concurrent_requests => 2)`);
  await database.pool.query(`select taskqueue.create_queue('photos', mode => 'pull')`);
  await database.pool.query(`select taskqueue.create_queue('gone')`);
  await database.pool.query(`select taskqueue.delete_queue('gone')`);
  await database.pool.query(`select taskqueue.add('photos', payload => 'x')`);
  await database.pool.query(`select taskqueue.add('mail', url => '/x')`);
  await database.pool.query(
    `select taskqueue.pause_queue('photos', 'because <b>of</b> it', now() + interval '1 hour')`,
  );
});
afterAll(() => server?.stop());

const names = (page: Page) => page.locator('#queues-rows a.name').allInnerTexts();

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test.each(['light', 'dark'] as const)('the list says what hurts and why, in %s', async (colorScheme) => {
    const page = await browser.open(`${server.url}/console`, { colorScheme });
    expect(await names(page)).toEqual(['mail', 'photos', 'default']);
    expect(await page.locator('#queues-hurts').innerText()).toContain('photos is paused for');
    expect(await page.locator('#q-photos').innerText()).toContain('“because <b>of</b> it”');
    expect(await page.locator('#q-mail').innerText()).toContain('No dispatcher leads it');
    expect(await page.locator('#queues-foot').innerText()).toMatch(/Deleted: gone, its name is free again in 7/);
    await expectAccessible(page);
    browser.expectNoErrors();
    await page.context().close();
  });

  test('filters and the order stand in the address', async () => {
    const page = await browser.open(`${server.url}/console/queues`);
    await page.getByRole('link', { name: 'Pull 1' }).click();
    await page.waitForURL('**/queues?show=pull');
    expect(await names(page)).toEqual(['photos']);
    await page.goto(`${server.url}/console/queues`);
    await page.getByLabel('Sort by').selectOption('name');
    await page.waitForURL('**/queues?sort=name');
    expect(await names(page)).toEqual(['default', 'mail', 'photos']);
    await page.getByRole('link', { name: 'Disabled 0' }).click();
    await page.getByText('No queue is disabled.').waitFor();
    browser.expectNoErrors();
    await page.context().close();
  });

  test('the new queue’s form is accessible', async () => {
    const page = await browser.open(`${server.url}/console/new-queue`);
    await expectAccessible(page);
    browser.expectNoErrors();
    await page.context().close();
  });

  test('a queue is created, and what is wrong is said', async () => {
    const page = await browser.open(`${server.url}/console/queues`, { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'New queue' }).click();
    await page.getByLabel('Name').fill('made');
    await page.getByLabel('Rate').fill('fast');
    await page.getByRole('button', { name: 'Create the queue' }).click();
    await page.getByText('rate must be a number with /s, /m, /h or /d').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('made');
    await page.getByLabel('Rate').fill('7/m');
    await page.getByRole('button', { name: 'Create the queue' }).click();
    await page.getByText('Created made.').waitFor();
    const { rows } = await database.pool.query(`select rate, mode from taskqueue.queues where name = 'made'`);
    expect(rows).toEqual([{ rate: '7/m', mode: 'push' }]);
    const audit = await database.pool.query(`select act, actor from taskqueue.audit where object = 'queue made'`);
    expect(audit.rows).toEqual([{ act: 'create', actor: expect.stringContaining('this machine') }]);
    await page.context().close();
  });

  test('a narrow screen has no sideways scrolling', async () => {
    const page = await browser.open(`${server.url}/console/queues`, { viewport: { width: 380, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
    await page.context().close();
  });
});

test('a caller sees only queues that it may read, and no numbers of others', async () => {
  const guarded = createServer({
    database: database.serverUrl,
    port: 0,
    roles: ['http'],
    token: 'the-token-of-the-server',
  });
  await guarded.start();
  const { token } = await createToken(database.pool, 'ada@example.com', { rights: ['read'], queues: ['mail'] });
  const headers = { authorization: `Bearer ${token}` };
  const text = await (await fetch(`${guarded.url}/console/queues`, { headers })).text();
  expect(text).toContain('id="q-mail"');
  expect(text).not.toContain('photos');
  expect(text).not.toContain('New queue');
  expect(text).toMatch(/id="rail-queues">1</);
  expect(text).toMatch(/id="rail-dead"></);
  await guarded.stop();
});

test('of a thousand queues a page shows a hundred, in little', async () => {
  await database.pool.query(
    `do $$ begin for i in 1..1000 loop perform taskqueue.create_queue('many-' || i); end loop; end $$`,
  );
  const fetchPage = async (query: string) => (await fetch(`${server.url}/console/queues${query}`)).text();
  const rows = (text: string) => [...text.matchAll(/<tr id="q-/g)].length;
  const text = await fetchPage('?sort=name');
  expect(rows(text)).toBe(100);
  expect(text).toContain('Page 1 of 11');
  expect(rows(await fetchPage('?sort=name&page=11'))).toBe(4);
  expect(text.length).toBeLessThan(450_000);
});
