// What the scripts add to pages that work without them: dialogs, confirmations, copying, and the viewer's times.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();
let server: Server;

beforeAll(async () => {
  server = createServer({ database: database.url, port: 0, roles: ['http'], logger: silentLogger });
  await server.start();
  await database.pool.query(`select taskqueue.create_queue('mail')`);
  await database.pool.query(`select taskqueue.add('mail', name => 'letter', url => '/x', 
    payload => 'hello', transactional => false)`);
  await database.pool.query(`update taskqueue._tasks set created = '2020-06-01 12:00:00+00'`);
});
afterAll(() => server?.stop());

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();
  const open = (path: string, options = {}) => browser.open(server.url + path, options);
  const tasks = () => value<string>(database.pool, `select count(*)::text from taskqueue.tasks where queue = 'mail'`);

  async function askToPurge(page: Page) {
    await page.getByRole('link', { name: 'Purge…' }).click();
    const dialog = page.getByRole('dialog', { name: /^Purge mail/ });
    await dialog.waitFor();
    return dialog;
  }

  test('a question is a dialog: Esc, Cancel and a click beside it close it, and the focus returns', async () => {
    const page = await open('/console/queues/mail');
    const dialog = await askToPurge(page);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Purge…');
    await (await askToPurge(page)).getByRole('link', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await askToPurge(page);
    await page.mouse.click(5, 5);
    await dialog.waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${server.url}/console/queues/mail`);
    expect(await tasks()).toBe('1');
  });

  test('its button works once the name has been typed', async () => {
    const page = await open('/console/queues/mail');
    const dialog = await askToPurge(page);
    const button = dialog.getByRole('button', { name: /^Purge/ });
    const field = dialog.getByRole('textbox', { name: /^Type/ });
    expect(await button.isDisabled()).toBe(true);
    await field.fill('mai');
    expect(await button.isDisabled()).toBe(true);
    await field.press('Enter');
    expect(await tasks()).toBe('1');
    await field.fill('mail');
    expect(await button.isEnabled()).toBe(true);
  });

  test('the server checks the name too', async () => {
    const page = await open('/console/queues/mail/purge', { javaScriptEnabled: false });
    await page.getByRole('textbox', { name: /^Type/ }).fill('male');
    await page.getByRole('button', { name: /^Purge/ }).click();
    expect(await page.locator('main').innerText()).toContain('The typed name must be mail, got male.');
    expect(await tasks()).toBe('1');
    browser.forgetErrors(); // the status of that page
  });

  test('a dialog that cannot be had is a page', async () => {
    const page = await open('/console/queues/mail');
    await page.route('**/purge', (route) => (route.request().isNavigationRequest() ? route.continue() : route.abort()));
    await page.getByRole('link', { name: 'Purge…' }).click();
    await page.waitForURL('**/console/queues/mail/purge');
    await page.getByRole('heading', { name: /^Purge mail/ }).waitFor();
    browser.forgetErrors(); // the request that was cut off
  });

  test('text is copied, with the clipboard and without', async () => {
    const context = { permissions: ['clipboard-read', 'clipboard-write'] };
    const page = await open('/console/queues/mail/tasks/letter', context);
    const copied = () => page.evaluate('navigator.clipboard.readText()');
    await page.locator('summary', { hasText: 'Copy' }).click();
    const [first, second] = await page.locator('[data-copy]:visible').all();
    await page.locator('.copied .copy:visible').first().click();
    await expect.poll(copied).toBe(await first?.textContent());
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })`);
    await page.locator('.copied .copy:visible').nth(1).click();
    await page.locator('.copied .copy', { hasText: 'Copied' }).first().waitFor();
    await page.evaluate('delete navigator.clipboard');
    await expect.poll(copied).toBe(await second?.textContent());
    browser.expectNoErrors();
  });

  test('clock times are in the viewer’s zone, or in UTC as they choose, and the choice is kept', async () => {
    const page = await open('/console/queues/mail/tasks/letter', { timezoneId: 'Asia/Tokyo' });
    const time = page.locator('main time[data-clock][datetime^="2020-06-01T12:00"]').first();
    expect(await time.textContent()).toBe('2020-06-01 21:00');
    expect(await time.getAttribute('title')).toBe('2020-06-01 12:00:00.000 UTC\n2020-06-01 21:00:00 Asia/Tokyo');
    await page.click('.person summary');
    await page.getByRole('radio', { name: 'UTC' }).check();
    expect(await time.textContent()).toBe('2020-06-01 12:00');
    await page.reload();
    expect(await time.textContent()).toBe('2020-06-01 12:00');
    const untouched = await open('/console/queues/mail/tasks/letter', {
      javaScriptEnabled: false,
      timezoneId: 'Asia/Tokyo',
    });
    expect(await untouched.locator('main time[data-clock]').allTextContents()).toContain('2020-06-01 12:00');
  });

  test('p leads to a queue’s pause, and r runs the task of the cursor’s row', async () => {
    const page = await open('/console/queues');
    await page.locator('#q-mail').waitFor();
    const index = await page.locator('main tbody tr').evaluateAll((all) => all.findIndex(({ id }) => id === 'q-mail'));
    for (let i = 0; i <= index; i++) await page.keyboard.press('j');
    await page.keyboard.press('p');
    await page.waitForURL('**/console/queues/mail#pause');
    await page.goto(`${server.url}/console/queues/mail/tasks`);
    await page.keyboard.press('r'); // without a cursor it acts on nothing
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    await page.getByText('letter runs within moments.').waitFor();
    browser.expectNoErrors();
  });
});
