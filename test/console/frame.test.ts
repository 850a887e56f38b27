// The frame of the pages, and what its scripts do, in a browser.

import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const ROOT = 'the-token-of-the-server';
const database = useDatabase();
let open: Server;
let guarded: Server;

beforeAll(async () => {
  const own = { database: database.serverUrl, port: 0, logger: silentLogger };
  open = createServer(own);
  guarded = createServer({ ...own, token: ROOT });
  await Promise.all([open.start(), guarded.start()]);
  await database.pool.query(`select taskqueue.create_queue('mail'), taskqueue.create_queue('report')`);
  await database.pool.query(`select taskqueue.pause_queue('mail'), taskqueue.pause_queue('report')`);
});
afterAll(() => Promise.all([open?.stop(), guarded?.stop()]));

const pathOf = (page: Page) => new URL(page.url()).pathname;
const THEMES = ['light', 'dark'] as const;

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();
  afterEach(() => browser.forgetErrors());

  /** The page of the queues, once it is live. */
  async function queues(options = {}): Promise<Page> {
    const page = await browser.open(`${open.url}/console/queues`, options);
    await page.locator('main tbody tr').first().waitFor();
    return page;
  }

  test('people sign in, see who they are, and sign out', async () => {
    const page = await browser.open(`${guarded.url}/console/queues?show=push`);
    await page.fill('#token', ROOT);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/console/queues?show=push');
    await page.click('.person summary');
    expect(await page.locator('.person').innerText()).toContain('admin');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/console/login');
    expect(await page.getByRole('status').innerText()).toContain('You are signed out.');
    expect(await page.context().cookies()).not.toContainEqual(expect.objectContaining({ name: 'pgtaskqueue' }));
  });

  test('a link from another site reaches the page of those who are signed in', async () => {
    const link = `${guarded.url.replace('127.0.0.1', 'localhost')}/console/tasks`;
    const site = createHttpServer((_, response) => {
      response.setHeader('content-type', 'text/html').end(`<a href="${link}">the tasks</a>`);
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const page = await browser.open(link);
    await page.fill('#token', ROOT);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/console/tasks');
    await page.locator('.rail').waitFor();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.click('a');
    await page.locator('.rail').waitFor();
    expect(page.url()).toBe(link);
    site.close();
  });

  test('the theme follows the system until it is chosen, and the choice is kept', async () => {
    const page = await queues({ colorScheme: 'dark' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await background();
    await page.click('label[for=theme-light]');
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await background()).toBe(light);
    await page.click('label[for=theme-auto]');
    expect(await background()).toBe(dark);
  });

  test('the keys lead to sections, and rest while somebody types', async () => {
    const page = await queues();
    await page.keyboard.press('/');
    expect(await page.locator('.find input').evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type('gt?');
    expect(pathOf(page)).toBe('/console/queues');
    expect(await page.locator('dialog').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL('**/console/tasks');
  });

  test('j and k move the cursor from row to row, and Enter opens its row', async () => {
    const page = await queues();
    const rows = page.locator('main tbody tr');
    const cursor = () => rows.evaluateAll((all) => all.findIndex((row) => row.classList.contains('cursor')));
    expect(await cursor()).toBe(-1);
    for (const [key, row] of [
      ['j', 0],
      ['j', 1],
      ['k', 0],
      ['k', 0],
    ] as const) {
      await page.keyboard.press(key);
      expect([key, await cursor()]).toEqual([key, row]);
    }
    const href = await rows.first().locator('th a').getAttribute('href');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/console/${href}`);
  });

  test('? shows the keys as a dialog; Esc closes it and returns the focus', async () => {
    const page = await queues();
    await page.click('.person summary');
    await page.click('.person a');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.locator('.person summary').evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press('?');
    await dialog.waitFor();
    await expectAccessible(page);
    await dialog.getByRole('link', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(pathOf(page)).toBe('/console/queues');
  });

  test('find leads to a queue, to a task, or says what was looked for', async () => {
    await database.pool.query(`select taskqueue.add('mail', name => 'only-here', url => '/x', transactional => false)`);
    for (const queue of ['mail', 'report'])
      await database.pool.query(`select taskqueue.add($1, name => 'both', url => '/x', transactional => false)`, [
        queue,
      ]);
    const page = await queues();
    const find = async (name: string) => {
      await page.fill('.find input', name);
      await page.press('.find input', 'Enter');
    };
    await find('report');
    await page.waitForURL('**/console/queues/report');
    await find('only-here');
    await page.waitForURL('**/console/queues/mail/tasks/only-here');
    await find('both');
    await page.waitForURL('**/console/find?q=both');
    expect(await page.locator('main a').allInnerTexts()).toEqual(['task of mail', 'task of report']);
    await find('<b>nowhere</b>');
    await page.waitForURL('**/console/find?q=%3Cb%3E*');
    expect(await page.locator('main .empty h2').innerText()).toBe('Nothing is called <b>nowhere</b>.');
    await expectAccessible(page);
    browser.expectNoErrors();
  });

  test.each(THEMES)('the page for signing in, the keys and errors are accessible: %s', async (colorScheme) => {
    for (const [path, server] of [
      ['/console/login', guarded],
      ['/console/keys', open],
      ['/console/nowhere', open],
    ] as const) {
      const page = await browser.open(server.url + path, { colorScheme });
      await expectAccessible(page);
      await page.close();
    }
  });

  test.each([380, 1440, 2560])('nothing is wider than a window of %i', async (width) => {
    for (const path of ['/console/queues', '/console/keys', '/console/find?q=x']) {
      const page = await browser.open(open.url + path, { viewport: { width, height: 800 } });
      expect([path, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([path, true]);
      await page.close();
    }
  });

  test('without JavaScript: sign in, find, sign out', async () => {
    const page = await browser.open(`${guarded.url}/console`, { javaScriptEnabled: false });
    await page.fill('#token', ROOT);
    await page.press('#token', 'Enter');
    await page.fill('.find input', 'mail');
    await page.press('.find input', 'Enter');
    expect(pathOf(page)).toBe('/console/queues/mail');
    await page.click('.person summary');
    await page.click('.person button');
    expect(pathOf(page)).toBe('/console/login');
  });

  test('the pages weigh less than 150 kB with their scripts and styles, and are not sent twice', async () => {
    const page = await browser.open(`${open.url}/console/login`);
    await page.goto(`${open.url}/console/queues`);
    await page.waitForLoadState('load');
    const weight = `performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
      .filter(({ name }) => !name.includes('/live?')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;
    const bytes = await page.evaluate(weight);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(150_000);
    browser.expectNoErrors();
  });

  test('no page is without its icon', async () => {
    const page = await queues();
    const icon = await page.evaluate<string>('document.querySelector("link[rel=icon]").href');
    expect((await fetch(icon)).headers.get('content-type')).toBe('image/svg+xml');
  });
});

test('a task whose name ended is found, and queues that nobody may see are not', async () => {
  const queuesOf = (name: string, queues: string) =>
    value(database.pool, 'select array(select queue from taskqueue.find_task($1, $2))', [name, queues]);
  await database.pool.query(`select taskqueue.add('mail', name => 'gone', url => '/x', transactional => false)`);
  await database.pool.query(`select taskqueue.delete_task('mail', 'gone')`);
  const generated = await value<string>(database.pool, `select name from taskqueue.add('report', url => '/x')`);
  expect(await queuesOf('gone', '{report,mail}')).toEqual(['mail']);
  expect(await queuesOf(generated, '{report,mail,no-such}')).toEqual(['report']);
  expect(await queuesOf('gone', '{report}')).toEqual([]);
  expect(await queuesOf('never', '{report,mail}')).toEqual([]);
});
