// Lists of tasks, and acts on several of them, in a real browser.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { rows, value } from '../support/sql.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;
let queue = '';
let queues = 0;

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
});
afterAll(() => server?.stop());

const HOSTILE = '/x/<script>window.hacked=1</script>';

/** Tasks named t1 … tN, due one after another. */
async function fill(many: number, more = ''): Promise<void> {
  await database.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, url, name)
     select (select least(min(id), 0) from taskqueue._tasks) - n, clock_timestamp() + interval '1 hour' + n * interval '1 ms', clock_timestamp(), q.id,
       $3, 't' || n || $4
     from taskqueue._queues as q, generate_series(1, $2::integer) as n where q.name = $1`,
    [queue, many, HOSTILE, more],
  );
  await database.pool.query(
    `insert into taskqueue._names (queue_id, name_hash, task_id, name)
     select t.queue_id, taskqueue._name_hash(t.name), t.id, t.name from taskqueue._tasks as t
     join taskqueue._queues as q on q.id = t.queue_id and q.name = $1 on conflict do nothing`,
    [queue],
  );
}

beforeEach(async () => {
  queue = `q${++queues}`;
  await database.pool.query('select taskqueue.create_queue($1)', [queue]);
});

const at = (filter = '') =>
  `${server.url}/console/queues/${queue}/tasks${filter && `?filter=${encodeURIComponent(filter)}`}`;
const names = (page: Page) => page.locator('tbody .tname').allInnerTexts();
const left = () => value<number>(database.pool, 'select tasks::integer from taskqueue.count_tasks($1)', [queue]);
const lastAct = () =>
  rows(
    database.pool,
    `select act, actor like '% for this machine' as by_name, after from taskqueue.audit order by id desc limit 1`,
  );

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('the chooser leads to the tasks of a queue', async () => {
    await fill(3);
    const page = await browser.open(`${server.url}/console/tasks`);
    await expectAccessible(page);
    await page.locator('a.tname', { hasText: queue }).click();
    expect(await names(page)).toEqual(['t1', 't2', 't3']);
    browser.expectNoErrors();
  });

  test.each(['light', 'dark'] as const)(
    'a list with hostile text is harmless and accessible, %s',
    async (colorScheme) => {
      await fill(3);
      const page = await browser.open(at(), { colorScheme });
      expect(await page.locator('tbody tr').first().innerText()).toContain('<script>');
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      await expectAccessible(page);
      browser.expectNoErrors();
    },
  );

  test.each([true, false])('pages lead to the end and back, with JavaScript: %s', async (javaScriptEnabled) => {
    await fill(120);
    const page = await browser.open(at(), { javaScriptEnabled });
    const seen = await names(page);
    for (let pages = 1; pages < 3; pages += 1) {
      await page.click('text=Later ETAs');
      seen.push(...(await names(page)));
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => `t${i + 1}`));
    expect(await page.locator('text=Later ETAs').count()).toBe(0);
    await page.click('.foot a:has-text("First")');
    expect((await names(page))[0]).toBe('t1');
    browser.expectNoErrors();
  });

  test.each([true, false])(
    'words are added to the filter and removed, with JavaScript: %s',
    async (javaScriptEnabled) => {
      await fill(12);
      const page = await browser.open(at('state:scheduled'), { javaScriptEnabled });
      await page.fill('[name=add]', 'name:t1*');
      await page.press('[name=add]', 'Enter');
      await page.waitForURL(/name/);
      expect((await names(page)).sort()).toEqual(['t1', 't10', 't11', 't12']);
      expect(await page.locator('.foot').innerText()).toContain('4 of 4 that match');
      await page.click('[aria-label="Remove state:scheduled"]');
      expect(new URL(page.url()).searchParams.get('filter')).toBe('name:t1*');
      await page.fill('[name=add]', 'status:418');
      await page.press('[name=add]', 'Enter');
      await page.click('text=Remove status:418');
      expect(await names(page)).toHaveLength(4);
      browser.expectNoErrors();
    },
  );

  test('a filter that is none says what it must be', async () => {
    const page = await browser.open(`${at()}?add=state:asleep`);
    expect(await page.locator('.note').innerText()).toContain('State must be one of scheduled, due');
    browser.expectNoErrors();
  });

  test('a list can be copied as SQL that finds the same', async () => {
    await fill(12);
    const page = await browser.open(at('name:t1*'));
    await page.click('text=Copy as SQL');
    const found = await rows<{ name: string }>(database.pool, await page.locator('.filter .src').innerText());
    expect(found.map(({ name }) => name)).toEqual(await names(page));
    browser.expectNoErrors();
  });

  test('boxes select a range with Shift, a page, and by the keyboard; Esc clears', async () => {
    await fill(6);
    const page = await browser.open(at());
    const count = () => page.locator('[data-bulk-count]').innerText();
    const boxes = page.locator('tbody input[type=checkbox]');
    expect(await page.locator('.bulk').isVisible()).toBe(false);
    await boxes.nth(1).click();
    await boxes.nth(4).click({ modifiers: ['Shift'] });
    expect(await count()).toBe('4 selected');
    await page.locator('[data-select-page]').click();
    expect(await count()).toBe('6 selected');
    await page.locator('main').press('Escape');
    await page.locator('.bulk').waitFor({ state: 'hidden' });
    await boxes.nth(2).focus();
    await page.keyboard.press('x');
    expect(await count()).toBe('1 selected');
    await expectAccessible(page);
    browser.expectNoErrors();
  });

  test.each([true, false])(
    'ticked tasks are deleted after a question, with JavaScript: %s',
    async (javaScriptEnabled) => {
      await fill(6);
      const page = await browser.open(at(), { javaScriptEnabled });
      for (const n of [0, 2, 3]) await page.locator('tbody input[type=checkbox]').nth(n).click();
      await page.click('text=Delete…');
      if (javaScriptEnabled) await expectAccessible(page);
      await page.click('text=Delete 3 tasks >> nth=-1');
      await page.waitForURL(/\/jobs\//);
      await expect.poll(left).toBe(3);
      await expect
        .poll(async () => (await lastAct())[0])
        .toEqual({ act: 'delete_tasks', by_name: true, after: { state: 'done', done: 3, skipped: 0 } });
      await page.reload();
      expect(await page.locator('#job-progress').innerText()).toContain('All 3 were deleted.');
      if (javaScriptEnabled) await expectAccessible(page);
      browser.expectNoErrors();
    },
  );

  test('one ticked task is run at once', async () => {
    await fill(2);
    const page = await browser.open(at());
    await page.locator('tbody input[type=checkbox]').first().click();
    await page.click('.bulk >> text=Run now');
    await page.waitForSelector('text=t1 runs within moments.');
    expect(await rows(database.pool, 'select name from taskqueue.claim_forced_tasks($1, 10)', [queue])).toEqual([
      { name: 't1' },
    ]);
    browser.expectNoErrors();
  });

  test('all that match are counted, confirmed by the name of the queue, and deleted in steps', async () => {
    await fill(130, '-x');
    await fill(5, '-y');
    const page = await browser.open(at('name:t1*'));
    await page.locator('tbody input[type=checkbox]').first().click();
    await page.goto(at());
    await page.locator('tbody input[type=checkbox]').first().click();
    await page.click('text=Select all 135 that match');
    await page.click('text=Delete…');
    await page.fill('#typed', queue);
    await page.click('text=Delete 135 tasks >> nth=-1');
    await page.waitForURL(/\/jobs\//);
    await expect.poll(left).toBe(0);
    browser.expectNoErrors();
  });

  test('more than a hundred need the name of the queue', async () => {
    await fill(130);
    const page = await browser.open(`${at()}?all=130`, { javaScriptEnabled: false });
    await page.click('text=Delete…');
    await page.fill('#typed', 'another');
    await page.click('text=Delete 130 tasks >> nth=-1');
    expect(await page.locator('main').innerText()).toContain(queue);
    expect(await left()).toBe(130);
    expect(() => browser.expectNoErrors()).toThrow();
  });

  test('a state moves by itself within a second or two', async () => {
    await fill(3);
    const page = await browser.open(at());
    await page.waitForSelector('.live:not(.off)');
    await database.pool.query(`update taskqueue._tasks set due = clock_timestamp() - interval '1 s' where name = 't2'`);
    await page.locator('tbody tr', { hasText: 't2' }).locator('.state', { hasText: 'due' }).waitFor();
    await database.pool.query(`select taskqueue.delete_task($1, 't3')`, [queue]);
    await page.locator('tbody tr', { hasText: 't3' }).locator('.state', { hasText: 'ended' }).waitFor();
    browser.expectNoErrors();
  });
});
