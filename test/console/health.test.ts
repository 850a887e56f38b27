// The page of health, and who holds vacuum back.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;
let withoutDispatcher: ReturnType<typeof createServer>;

beforeAll(async () => {
  // Without it PostgreSQL hides the sessions of others.
  await database.pool.query(`grant pg_read_all_stats to ${new URL(database.serverUrl).username}`);
  server = createServer({ database: database.serverUrl, port: 0 });
  withoutDispatcher = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await Promise.all([server.start(), withoutDispatcher.start()]);
});
afterAll(() => Promise.all([server?.stop(), withoutDispatcher?.stop()]));

const pageText = async (path: string, from = server) => (await fetch(`${from.url}/console${path}`)).text();

describe('what is shown', () => {
  afterEach(() => database.pool.query(`delete from taskqueue._tokens`));

  test('each holder of the horizon, by name', async () => {
    const holder = await database.client();
    await holder.query(`set application_name = 'report <b>of may</b>'`);
    await holder.query('begin isolation level repeatable read');
    await holder.query('select 1 from taskqueue.queues');
    const { rows } = await holder.query('select pg_backend_pid() as pid');
    await expect
      .poll(() => pageText('/health'))
      .toMatch(new RegExp(`Session ${rows[0].pid} of (.|\n)*report &lt;b&gt;of may&lt;/b&gt;`));
    await expect
      .poll(() => pageText('/health/report'))
      .toContain(`session ${rows[0].pid} (report <b>of may</b>, idle in transaction)`);
    await holder.query('rollback');
    await expect.poll(() => pageText('/health')).not.toContain(`Session ${rows[0].pid} of`);
  });

  test('replication slots that nobody reads', async () => {
    const { rows } = await database.pool.query(
      `select slot_name from pg_create_physical_replication_slot('d_' || pg_backend_pid(), true)`,
    );
    const slot = rows[0].slot_name;
    try {
      expect(await pageText('/health')).not.toContain(slot); // it holds no snapshot yet
    } finally {
      await database.pool.query('select pg_drop_replication_slot($1)', [slot]);
    }
  });

  test('a server without a dispatcher says that it measures no claims', async () => {
    expect(await pageText('/health', withoutDispatcher)).toContain('This process runs no dispatcher');
    expect(await pageText('/health')).not.toContain('This process runs no dispatcher');
  });

  test('findings about queues only to those who may read them', async () => {
    await database.pool.query(`select taskqueue.create_queue('secret-plans')`);
    await database.pool.query(`select taskqueue.add(queue => 'secret-plans', url => '/x')`);
    await database.pool.query(`select taskqueue.pause_queue('secret-plans')`);
    const tokenFor = async (queue: string) =>
      (
        await database.pool.query(
          `select token from taskqueue.create_token('ada@example.com', rights => array['read'], queues => array[$1])`,
          [queue],
        )
      ).rows[0].token;
    const report = async (queue: string) => {
      const headers = { authorization: `Bearer ${await tokenFor(queue)}` };
      return (await fetch(`${server.url}/console/health/report`, { headers })).text();
    };
    await expect.poll(() => report('secret-*')).toContain('queue secret-plans is paused');
    expect(await report('mail')).not.toContain('secret-plans');
    await database.pool.query(`select taskqueue.delete_queue('secret-plans')`);
  });
});

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test.each(['light', 'dark'] as const)('the page is accessible, %s', async (colorScheme) => {
    const page = await browser.open(`${server.url}/console/health`, { colorScheme });
    expect(await page.locator('h1').innerText()).toBe('Health');
    await expectAccessible(page);
    browser.expectNoErrors();
  });

  test('a claim appears in the chart of claims', async () => {
    await database.pool.query(`select taskqueue.add(url => '/x')`);
    const page = await browser.open(`${server.url}/console/health`);
    const line = () => page.locator('#horizon-charts .flow-line').getAttribute('d');
    await expect
      .poll(async () => {
        await page.reload();
        return line();
      })
      .toMatch(/^M/);
    browser.expectNoErrors();
  });
});
