// The page of the queues.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  server = createServer({ database: database.url, port: 0 });
  await server.start();
});
afterAll(() => server?.stop());

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('the queues are listed', async () => {
    const page = await browser.open(`${server.url}/console`);
    expect(await page.locator('main').innerText()).toContain('default');
    await expectAccessible(page);
    browser.expectNoErrors();
  });
});
