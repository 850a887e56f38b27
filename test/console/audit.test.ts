// The page of the audit.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { auditPage } from '../../src/store/audit-pages.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  await database.pool.query(`select taskqueue.create_queue('mail', rate => '5/s')`);
  await database.pool.query(`select taskqueue.update_queue('mail', rate => '9/s')`);
  await database.pool.query(`select taskqueue.pause_queue('mail', 'the <script>mailer</script> moves')`);
  await database.pool.query(`select taskqueue.create_queue('q-' || i) from generate_series(1, 120) as i`);
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
});
afterAll(() => server?.stop());

describe('pages', () => {
  const all = { limit: 50 };

  test('follow one another without a gap', async () => {
    const first = await auditPage(database.pool, all);
    const second = await auditPage(database.pool, { ...all, before: first.next });
    const third = await auditPage(database.pool, { ...all, before: second.next });
    const ids = [first, second, third].flatMap(({ entries }) => entries.map(({ id }) => id));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(new Set(ids).size).toBe(123);
    expect(third.next).toBeUndefined();
  });

  test('filters look for parts, whatever the case', async () => {
    const { entries } = await auditPage(database.pool, { ...all, object: 'QUEUE MAIL', act: 'pau' });
    expect(entries.map(({ act, object }) => [act, object])).toEqual([['pause', 'queue mail']]);
    expect((await auditPage(database.pool, { ...all, actor: '%' })).entries).toEqual([]);
  });

  test('nothing that matches is no more to come', async () => {
    expect(await auditPage(database.pool, { ...all, object: 'nothing' })).toEqual({
      ...{ entries: [], next: undefined, cutShort: false },
    });
  });
});

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('what has changed is shown, with the reason as text', async () => {
    const page = await browser.open(`${server.url}/console/audit?object=queue+mail`);
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/rate: 5\/s → 9\/s/);
    expect(text).toContain('the <script>mailer</script> moves');
    await expectAccessible(page);
    browser.expectNoErrors();
  });

  test.each(['light', 'dark'] as const)(
    'it leads to older acts, and filters are in the address, %s',
    async (colorScheme) => {
      const page = await browser.open(`${server.url}/console/audit`, { colorScheme });
      expect(await page.locator('tbody tr').count()).toBe(50);
      await page.getByRole('link', { name: 'Older' }).click();
      await page.waitForURL(/before=\d+/);
      await page.getByRole('link', { name: 'Older' }).click();
      await expect.poll(() => page.locator('tbody tr').count()).toBe(23);
      await page.getByLabel('Act', { exact: true }).fill('pause');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.waitForURL(/act=pause/);
      expect(await page.locator('tbody tr').count()).toBe(1);
      await expectAccessible(page);
      browser.expectNoErrors();
    },
  );
});

test('the audit is for those who may read all queues', async () => {
  const { rows } = await database.pool.query(
    `select token from taskqueue.create_token('ada@example.com', rights => '{read}', queues => '{mail}')`,
  );
  const headers = { authorization: `Bearer ${rows[0].token}` };
  expect((await fetch(`${server.url}/console/audit`, { headers })).status).toBe(403);
});
