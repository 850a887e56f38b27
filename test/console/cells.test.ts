// The menu of cells: where the server has several databases, it leads to the same section of another one.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShownCell } from '../../src/console/cells-menu.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { type ServerBelow, serverBelow } from './server-below.ts';
import { Visitor } from './visitor.ts';

const database = useDatabase();
const NAMES = [
  'eu',
  'us',
  'a-cell-with-the-longest-name-that-is-allowed',
  ...Array.from({ length: 13 }, (_, n) => `tenant-${n}`),
];
let server: ServerBelow;
let shown: ShownCell[];

beforeAll(async () => {
  server = await serverBelow('/cells/eu', database, { cells: () => shown });
});
afterAll(() => server?.stop());

const cellsOf = (names: string[], current = 'eu'): ShownCell[] =>
  names.map((name) => ({ name, href: `/cells/${name}/console`, current: name === current, ready: name !== 'us' }));
const page = async (path: string) => (await new Visitor(server.url).get(`/cells/eu/console/${path}`)).text;

test('there is none where there is one database, or one cell', async () => {
  for (const names of [[], ['eu']]) {
    shown = cellsOf(names);
    expect(await page('queues')).not.toContain('aria-label="Cells"');
  }
});

test('it leads to the same section, and of a page of none to the queues', async () => {
  shown = cellsOf(['eu', 'us']);
  expect(await page('dead')).toContain('href="/cells/us/console/dead"');
  expect(await page('queues/no-such-queue')).toContain('href="/cells/us/console/queues"');
  expect(await page('queues/default/tasks')).toContain('href="/cells/us/console/tasks"');
});

test('it marks the cell of the page, and those that are not ready', async () => {
  shown = cellsOf(['eu', 'us']);
  const menu = /<nav class="dialog" aria-label="Cells">.*?<\/nav>/s.exec(await page('queues'))?.[0] ?? '';
  expect(menu.replaceAll(/<svg.*?<\/svg>/g, '').replaceAll(/<(?!\/?a\b)[^>]*>/g, '')).toBe(
    '<a href="/cells/eu/console/queues" aria-current="true">eu</a><a href="/cells/us/console/queues">us not ready</a>',
  );
});

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();
  const WIDTHS = [1440, 820, 390];
  /** What of the bar and of the menu stands out of the window. */
  const OUTSIDE = `[...document.querySelectorAll('.bar *:not(.sr), .cells .dialog')]
    .filter((element) => element.checkVisibility())
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 || element.getBoundingClientRect().left < -1)
    .map((element) => element.className)`;

  test.each(['light', 'dark'] as const)('it is accessible, %s', async (colorScheme) => {
    shown = cellsOf(NAMES);
    const tab = await browser.open(`${server.url}/cells/eu/console/queues`, { colorScheme });
    await tab.click('.cells summary');
    await expectAccessible(tab);
    await tab.context().close();
  });

  test('it is within the window at all widths, with many cells and a long name', async () => {
    shown = cellsOf(NAMES, NAMES[2]);
    const tab = await browser.open(`${server.url}/cells/eu/console/queues`);
    await tab.click('.cells summary');
    for (const width of WIDTHS) {
      await tab.setViewportSize({ width, height: 800 });
      expect([width, await tab.evaluate(OUTSIDE)]).toEqual([width, []]);
      expect(await tab.evaluate('document.querySelector(".cells summary").scrollHeight')).toBeLessThan(48);
    }
    await tab.context().close();
  });

  test('by keyboard: it opens, the cells follow, and Esc returns', async () => {
    shown = cellsOf(['eu', 'us']);
    const tab = await browser.open(`${server.url}/cells/eu/console/queues`);
    await tab.locator('.cells summary').focus();
    await tab.keyboard.press('Enter');
    await tab.keyboard.press('Tab');
    expect(await tab.evaluate('document.activeElement.textContent')).toBe('eu');
    await tab.keyboard.press('Escape');
    expect(await tab.evaluate('document.activeElement.nodeName')).toBe('SUMMARY');
    expect(await tab.locator('.cells nav').isVisible()).toBe(false);
  });

  test('it opens and leads on without JavaScript', async () => {
    shown = cellsOf(['eu', 'us']);
    const tab = await browser.open(`${server.url}/cells/eu/console/targets`, { javaScriptEnabled: false });
    await tab.click('.cells summary');
    await tab.getByRole('link', { name: 'us not ready' }).click();
    expect(tab.url()).toBe(`${server.url}/cells/us/console/targets`);
  });
});
