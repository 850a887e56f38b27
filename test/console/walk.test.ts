// Every screen, in both themes and all widths: accessible, without errors, by keyboard alone and without JavaScript, and
// asking nobody else for anything. `npm run screenshots` takes their pictures.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { fillConsole, holdSnapshot, SCREENS } from './walk/screens.ts';

const WIDTHS = [1440, 380, 2560];
/** All that a theme changes, of the rules that axe applies by default. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  if (!hasBrowser) return;
  await fillConsole(await database.client());
  await holdSnapshot(await database.client());
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
});
afterAll(() => server?.stop());

/** Browsers report a page that is not found as an error. */
const isExpected = (name: string) => name === 'not-found';

describe.runIf(hasBrowser)('the screens', () => {
  const browser = useBrowser();
  const open = async (path: string, options = {}) => {
    const page = await browser.open('about:blank', options);
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) foreign.push(request.url());
    });
    await page.goto(`${server.url}/console${path}`);
    return { page, foreign };
  };

  describe.each(Object.entries(SCREENS))('%s', (name, path) => {
    test('is accessible and asks nobody else', async () => {
      const { page, foreign } = await open(path, { colorScheme: 'light' });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await expectAccessible(page);
        await page.emulateMedia({ colorScheme: 'dark' });
        await expectAccessible(page, COLOUR_RULES);
        await page.emulateMedia({ colorScheme: 'light' });
        expect(await sidewaysOf(page), `${width} px`).toBe(0);
      }
      expect(foreign).toEqual([]);
      expect(await page.evaluate('typeof alerted')).toBe('undefined');
      await page.context().close();
      if (isExpected(name)) expect(() => browser.expectNoErrors()).toThrow();
      else browser.expectNoErrors();
    });

    test('can be read without JavaScript', async () => {
      const { page } = await open(path, { javaScriptEnabled: false });
      expect((await page.locator('main h1').first().innerText()).length).toBeGreaterThan(2);
      for (const form of await page.locator('main form[method=post]').all())
        expect(await form.locator('button[type=submit], button:not([type])').count()).toBeGreaterThan(0);
      await page.context().close();
    });

    test('can be used by keyboard: all that can be pressed is reached, and the focus is seen', async () => {
      const { page } = await open(path);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.className')).toContain('skip');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('main');
      const missed = await unreachable(page);
      expect(missed).toEqual([]);
      await page.context().close();
    });
  });
});

/** How far the page scrolls sideways, in pixels. */
function sidewaysOf(page: Page): Promise<number> {
  return page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)');
}

/** What a pointer can press and the tab key passes over, as far as it is shown. Of radio buttons one is reached. */
async function unreachable(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const pressable = [...document.querySelectorAll('main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)')];
    const shown = (element) => element.checkVisibility() && !element.closest('details:not([open]) > :not(summary)');
    return pressable
      .filter((element) => shown(element) && !element.disabled && element.tabIndex < 0)
      .map((element) => element.outerHTML.slice(0, 120));
  })()`);
}
