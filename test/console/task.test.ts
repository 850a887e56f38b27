// The page of a task, dead tasks, tombstones and the form of a new one, in a real browser.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { row, rows, value } from '../support/sql.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;
const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);

const HOSTILE = `{"n": 9007199254740993, "n": 2,  "s": "<script>window.hacked=1</script>\u202e\\u0000"}`;

/** Adds a task of a queue that gives up at once, and lets it die. */
async function die(name: string): Promise<void> {
  await query(`select taskqueue.add('short', name => $1, payload => $2, transactional => false)`, [name, HOSTILE]);
  await query(
    `select taskqueue.record_attempts(jsonb_build_array(jsonb_build_object('queue', 'short', 'name', $1::text, 'attempt', 1,
    'status', 500, 'seconds', 0.2, 'reason', 'App Error', 'response', '<img src=x onerror=window.hacked=1>')))`,
    [name],
  );
  await query(
    `select taskqueue.fail_task('short', id, lease_token, 500, 'App Error', true, false) from taskqueue.claim_tasks('short', 1)`,
  );
}

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
  await query(`select taskqueue.create_queue('mail', retry => '{"min_backoff_seconds": 600, "task_retry_limit": 5}'),
    taskqueue.create_queue('short', retry => '{"task_retry_limit": 0}'), taskqueue.create_queue('pull', mode => 'pull'),
    taskqueue.set_target('default', 'https://orders.example')`);
  await query(
    `select taskqueue.add('mail', name => 'failed', url => '/send', payload => $1, transactional => false,
    headers => '{"content-type": "application/json", "x-a": "<b>", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}')`,
    [HOSTILE],
  );
  await query(`select taskqueue.record_attempts('[{"queue": "mail", "name": "failed", "attempt": 1, "status": 503, "seconds": 0.4,
    "reason": "App Error", "response": "<script>window.hacked=1</script>", "dispatcher": "eu-1", "url": "https://orders.example/send"}]')`);
  await query(
    `select taskqueue.fail_task('mail', id, lease_token, 503, 'App Error', true, false) from taskqueue.claim_tasks('mail', 1)`,
  );
});
afterAll(() => server?.stop());

const task = (name: string, queue = 'mail') => `${server.url}/console/queues/${queue}/tasks/${name}`;
const isLive = (queue: string, name: string) =>
  value<boolean>(database.pool, 'select count(*) = 1 from taskqueue.describe_task($1, $2)', [queue, name]);
const lastAct = () => row(database.pool, 'select act, object, reason from taskqueue.audit order by id desc limit 1');

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();
  const harmless = async (page: Page) => expect(await page.evaluate('window.hacked')).toBeUndefined();

  test.each(['light', 'dark'] as const)('the page of a task tells its story, %s', async (colorScheme) => {
    const page = await browser.open(task('failed'), { colorScheme });
    const text = await page.locator('main').innerText();
    expect(text).toContain('No dispatcher is connected');
    expect(text).toContain('trace 4bf92f35');
    expect(text).toContain('<script>window.hacked=1</script>');
    expect(text).toContain('https://orders.example/send');
    expect(await page.locator('.gate.shut b').allInnerTexts()).toEqual(['ETA', 'Dispatcher']);
    expect(await page.locator('.story li').count()).toBe(3);
    await harmless(page);
    await expectAccessible(page);
    browser.expectNoErrors();
  });

  test('the body is shown as it is stored, and can be downloaded', async () => {
    const page = await browser.open(task('failed'));
    const json = await page.locator('pre[aria-label=JSON]').innerText();
    expect(json).toContain('"n": 9007199254740993,\n  "n": 2,');
    await page.click('.tabset label:text-is("Text")');
    expect(await page.locator('pre[aria-label=Text]').innerText()).toBe(HOSTILE.replace('\u202e', '\\u202e'));
    await page.click('.tabset label:text-is("Headers")');
    expect(await page.locator('pre[aria-label=Headers]').innerText()).toContain('x-a: <b>');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.tabset >> text=download')]);
    expect((await (await download.createReadStream()).toArray()).join('')).toBe(HOSTILE);
    browser.expectNoErrors();
  });

  test('a megabyte of JSON, bytes that are no text, and an endless name are shown in bounds', async () => {
    const name = 'x'.repeat(500);
    await query(`select taskqueue.add('pull', name => $1, payload_bytes => $2, transactional => false)`, [
      name,
      Buffer.from([0, 255, 60]),
    ]);
    await query(`select taskqueue.add('pull', name => 'large', payload => $1, transactional => false)`, [
      JSON.stringify(Array(90_000).fill('<script>')),
    ]);
    const page = await browser.open(task(name, 'pull'));
    expect(await page.locator('pre[aria-label=Hex]').innerText()).toContain('00 ff 3c');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.goto(task('large', 'pull'));
    expect((await page.content()).length).toBeLessThan(1_000_000);
    expect(await page.locator('main').innerText()).toContain('are shown.');
    await expectAccessible(page);
    browser.expectNoErrors();
  });

  test.each([true, false])('run now, with JavaScript: %s', async (javaScriptEnabled) => {
    const page = await browser.open(task('failed'), { javaScriptEnabled });
    await page.click('text=Run now');
    await page.waitForSelector('text=A dispatcher sends it within moments.');
    expect(await value(database.pool, 'select count(*)::integer from taskqueue._forced_runs')).toBe(1);
    expect(await lastAct()).toMatchObject({ act: 'run', object: 'task mail/failed' });
    browser.expectNoErrors();
  });

  test('the copied SQL adds the same task', async () => {
    const page = await browser.open(task('failed'));
    await page.click('text=Copy as…');
    await expectAccessible(page);
    const added = await row<{ name: string }>(database.pool, await page.locator('pre[aria-label=SQL]').innerText());
    expect(
      await value(database.pool, `select convert_from(taskqueue.task_payload('mail', $1), 'UTF8')`, [added.name]),
    ).toBe(HOSTILE);
    expect(await page.locator('pre[aria-label=curl]').innerText()).toContain(
      'curl -X POST https://orders.example/send',
    );
    browser.expectNoErrors();
  });

  test.each([true, false])('a task is deleted after a question, with JavaScript: %s', async (javaScriptEnabled) => {
    await query(`select taskqueue.add('mail', name => $1, transactional => false)`, [`gone-${javaScriptEnabled}`]);
    const page = await browser.open(task(`gone-${javaScriptEnabled}`), { javaScriptEnabled });
    await page.click('text=Delete…');
    await page.click('text=Delete the task');
    await page.waitForSelector('text=Deleted gone-');
    expect(await isLive('mail', `gone-${javaScriptEnabled}`)).toBe(false);
    await page.goto(task(`gone-${javaScriptEnabled}`));
    expect(await page.locator('main').innerText()).toContain('Its name is free again');
    expect(() => browser.expectNoErrors()).toThrow();
  });

  test('a task that is added appears, and ends, while its page is open', async () => {
    await query(`select taskqueue.add('mail', name => 'lives', countdown => 600, transactional => false)`);
    const page = await browser.open(task('lives'));
    await page.waitForSelector('#task-state >> text=scheduled');
    await query(`update taskqueue._tasks set due = clock_timestamp() - interval '1 s' where name = 'lives'`);
    await page.waitForSelector('#task-state >> text=due');
    await query(`select taskqueue.delete_task('mail', 'lives')`);
    await page.waitForSelector('#task-state >> text=ended');
    browser.expectNoErrors();
  });

  test('a dead task is shown with its end, and requeued from its page', async () => {
    await die('dead-1');
    const page = await browser.open(task('dead-1', 'short'));
    expect(await page.locator('main').innerText()).toContain('It ran out of retries');
    await harmless(page);
    await expectAccessible(page);
    await page.click('text=Requeue');
    await page.waitForSelector('text=It is due again');
    expect(await isLive('short', 'dead-1')).toBe(true);
    await query(`select taskqueue.purge_queue('short')`);
    browser.expectNoErrors();
  });

  test.each(['light', 'dark'] as const)(
    'dead tasks are listed over all queues and by queue, %s',
    async (colorScheme) => {
      await die(`dead-${colorScheme}`);
      const page = await browser.open(`${server.url}/console/dead`, { colorScheme });
      expect(await page.locator('tbody tr').first().innerText()).toContain('<img src=x onerror=window.hacked=1>');
      await harmless(page);
      await expectAccessible(page);
      await page.selectOption('#dead-queue', 'short');
      await page.click('text=Find');
      await expectAccessible(page);
      expect(await page.locator('h1').innerText()).toBe('Dead tasks of short');
      browser.expectNoErrors();
    },
  );

  test('one dead task is requeued from the list, and all are, in a job', async () => {
    for (const name of ['a', 'b', 'c']) await die(`list-${name}`);
    const page = await browser.open(`${server.url}/console/dead?queue=short`);
    await page.locator('tbody tr', { hasText: 'list-b' }).locator('text=Requeue').click();
    await page.waitForSelector('text=It is due again');
    await page.goto(`${server.url}/console/dead?queue=short`);
    await page.click('text=Requeue all…');
    await page.click('dialog >> text=/^Requeue \\d+ dead tasks$/ >> nth=-1');
    await page.waitForURL(/\/jobs\//);
    await expect.poll(() => value(database.pool, `select taskqueue.count_dead_tasks('short')::integer`)).toBe(0);
    await page.waitForSelector('#job-state >> text=done');
    await expectAccessible(page);
    expect(await lastAct()).toMatchObject({ act: 'requeue_tasks', object: 'queue short' });
    browser.expectNoErrors();
  });

  test.each([true, false])(
    'ticked dead tasks are deleted after a question, with JavaScript: %s',
    async (javaScriptEnabled) => {
      await query(`select taskqueue.purge_queue('short')`);
      for (const name of ['x', 'y']) await die(`tick-${name}-${javaScriptEnabled}`);
      const page = await browser.open(`${server.url}/console/dead?queue=short`, { javaScriptEnabled });
      for (const box of await page.locator('tbody input[type=checkbox]').all()) await box.click();
      await page.click('.bulk >> text=Delete…');
      await page.click('text=/^Delete \\d+ dead tasks$/ >> nth=-1');
      await page.waitForURL(/\/jobs\//);
      await expect.poll(() => value(database.pool, `select taskqueue.count_dead_tasks('short')::integer`)).toBe(0);
      browser.expectNoErrors();
    },
  );

  test.each([true, false])(
    'a name is found by its beginning, and released with a reason, with JavaScript: %s',
    async (javaScriptEnabled) => {
      const name = `used-${javaScriptEnabled}`;
      await query(`select taskqueue.add('mail', name => $1, transactional => false)`, [name]);
      await query(`select taskqueue.delete_task('mail', $1)`, [name]);
      const page = await browser.open(`${server.url}/console/tombstones`, { javaScriptEnabled });
      await page.selectOption('#tomb-queue', 'mail');
      await page.fill('main [name=name]', 'used-*');
      await page.click('main >> text=Find');
      if (javaScriptEnabled) await expectAccessible(page);
      await page.locator('tbody tr', { hasText: name }).locator('text=Release…').click();
      await page.fill('[name=reason]', 'sent by mistake');
      await page.click('text=Release the name');
      await page.waitForSelector('text=is free.');
      expect(await lastAct()).toEqual({ act: 'release', object: `name mail/${name}`, reason: 'sent by mistake' });
      await query(`select taskqueue.add('mail', name => $1, transactional => false)`, [name]);
      browser.expectNoErrors();
    },
  );

  test('while one types, the calls are written and errors stand beside their fields', async () => {
    const page = await browser.open(`${server.url}/console/add?queue=mail`);
    await page.fill('#add-payload', '{"n": 9007199254740993}');
    await page.locator('pre[aria-label=SQL]', { hasText: '9007199254740993' }).waitFor();
    await page.fill('#add-countdown', '2 m');
    await page.locator('pre[aria-label="Command line"]', { hasText: '--countdown 120' }).waitFor();
    await page.fill('#add-name', 'failed');
    await page.locator('#hint-name', { hasText: 'A live task has this name.' }).waitFor();
    await page.fill('#add-url', 'nowhere');
    await page.locator('#hint-url.bad').waitFor();
    expect(await page.locator('#add-url').inputValue()).toBe('nowhere');
    await page.fill('#add-payload', '{');
    await page.locator('#hint-payload', { hasText: 'not valid JSON' }).waitFor();
    await expectAccessible(page);
    await page.selectOption('#add-queue', 'pull');
    await page.locator('#add-tag').waitFor();
    browser.expectNoErrors();
  });

  test.each([true, false])('a task is added, with JavaScript: %s', async (javaScriptEnabled) => {
    const page = await browser.open(`${server.url}/console/add?queue=mail`, { javaScriptEnabled });
    await page.fill('#add-name', `new-${javaScriptEnabled}`);
    await page.fill('#add-url', '/send');
    await page.fill('#add-payload', HOSTILE);
    if (!javaScriptEnabled) {
      await page.click('text=Show the calls');
      expect(await page.locator('pre[aria-label=SQL]').innerText()).toContain('9007199254740993');
    }
    await page.click('text=Add the task');
    await page.waitForURL(/\/tasks\/new-/);
    const [stored] = await rows<{ body: string }>(
      database.pool,
      `select convert_from(taskqueue.task_payload('mail', $1), 'UTF8') as body`,
      [`new-${javaScriptEnabled}`],
    );
    expect(stored?.body).toBe(HOSTILE);
    browser.expectNoErrors();
  });

  test('a task that can not be added says why beside the field', async () => {
    const page = await browser.open(`${server.url}/console/add?queue=mail`, { javaScriptEnabled: false });
    await page.fill('#add-name', 'no spaces please');
    await page.click('text=Add the task');
    expect(await page.locator('#hint-name').innerText()).toContain('must be 1 to 500 letters');
    expect(await page.locator('#add-name').getAttribute('aria-invalid')).toBe('true');
    expect(() => browser.expectNoErrors()).toThrow();
  });
});
