// The page of dispatchers: sessions, the queues they lead, and locks of others.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { clientOfLogin, dropLogins } from '../support/logins.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;
let dispatching: ReturnType<typeof createServer>;

beforeAll(async () => {
  await database.pool.query(`select taskqueue.create_queue('q-' || i) from generate_series(10, 29) as i`);
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  dispatching = createServer({ database: database.serverUrl, port: 0, roles: ['dispatcher'] });
  await server.start();
});
afterAll(() => Promise.all([server?.stop(), dispatching?.stop()]));

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('without a dispatcher it says how to start one, and which queues wait', async () => {
    const page = await browser.open(`${server.url}/console/dispatchers`);
    const text = await page.locator('main').innerText();
    expect(text).toContain('21 queues have no leader.');
    expect(text).toContain('npx pgtaskqueue serve');
    await expectAccessible(page);
  });

  test.each(['light', 'dark'] as const)('a dispatcher, and the queues it leads, %s', async (colorScheme) => {
    await dispatching.start();
    const page = await browser.open(`${server.url}/console/dispatchers`, { colorScheme });
    await expect
      .poll(async () => {
        await page.reload();
        return page.locator('main').innerText();
      })
      .toMatch(/pgtaskqueue dispatcher[\s\S]*21 queues/);
    const row = page.locator('#dispatchers-list tbody tr');
    expect(await row.getByRole('link', { name: 'q-28' }).isVisible()).toBe(false);
    await row.getByText('and 11 more').click();
    expect(await row.getByRole('link', { name: 'q-28' }).isVisible()).toBe(true);
    expect(await page.locator('main').innerText()).not.toContain('no leader');
    await expectAccessible(page);
    browser.expectNoErrors();
  });

  test('a lock of a session without a right to it, and how to end it', async () => {
    const lock = await clientOfLogin(database.url, []);
    try {
      const { rows } = await database.pool.query(`select taskqueue._lock_class('dispatcher')::integer as class`);
      const { rows: own } = await lock.query(
        'select pg_backend_pid() as pid, session_user::text as role, pg_advisory_lock($1, 7)',
        [rows[0].class],
      );
      const page = await browser.open(`${server.url}/console/dispatchers`);
      const text = () => page.locator('#dispatchers-unauthorized').innerText();
      await expect.poll(text).toContain(own[0].role);
      expect(await text()).toContain(`select pg_catalog.pg_terminate_backend(${own[0].pid});`);
      await expectAccessible(page);
      browser.expectNoErrors();
    } finally {
      await lock.end();
      await dropLogins(database.url);
    }
  });
});

test('names of queues that a caller may not read are counted only', async () => {
  await dispatching.start();
  const { rows } = await database.pool.query(
    `select token from taskqueue.create_token('ada@example.com', rights => '{read}', queues => '{q-1*}')`,
  );
  const headers = { authorization: `Bearer ${rows[0].token}` };
  const read = async () => (await fetch(`${server.url}/console/dispatchers`, { headers })).text();
  await expect.poll(read).toContain('11 that you may not see');
  expect(await read()).not.toContain('q-20');
});
