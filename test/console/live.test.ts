// Live updates: what is seen without a reload, who keeps a connection, and what happens without one.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  server = createServer({ database: database.url, port: 0 });
  await server.start();
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

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('a change in another session is seen', async () => {
    const page = await browser.open(`${server.url}/console`);
    await isLive(page);
    await database.pool.query(`select taskqueue.create_queue('seen')`);
    await page.locator('#rail-queues', { hasText: '2' }).waitFor();
    browser.expectNoErrors();
    await page.close();
    await eventually(async () => expect(await listening()).toBe(0));
  });
});
