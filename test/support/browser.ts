// A real browser for the console: Debian's Chromium, driven by playwright-core. Where it is not installed, the tests
// that need it are skipped.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';

import { PATIENCE_MS } from './patience.ts';

export { hasBrowser } from './launch-browser.ts';

/** A test file's share of the run's browser: its contexts are closed at its end. */
export interface TestBrowser {
  /**
   * Opens a tab in a context of its own, without cookies. What the page writes to its console as an error, or throws,
   * fails the test in `expectNoErrors`.
   */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** Forgets the errors so far, for a test that wants some: browsers also report pages whose status is one. */
  forgetErrors(): void;
  /** Fails if any tab had an error since the last call. */
  expectNoErrors(): void;
}

/** Gives the test file a browser. Call it once, outside the tests, inside `describe.runIf(hasBrowser)`. */
export function useBrowser(): TestBrowser {
  let browser: Browser;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await chromium.connect(inject('browser'));
  });
  afterAll(() => browser?.close());
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      watch(page, errors);
      await page.goto(url);
      return page;
    },
    forgetErrors() {
      errors.length = 0;
    },
    expectNoErrors() {
      expect(errors.splice(0)).toEqual([]);
    },
  };
}

export function watch(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
}

/**
 * Fails if axe finds anything to object to on the page.
 *
 * @param rules only these of its rules
 */
export async function expectAccessible(page: Page, rules?: readonly string[]): Promise<void> {
  const source = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(source); // as a script, the page's policy would refuse it
  // It would describe all that passes as carefully, which takes most of the time.
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResults;
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(' '))])).toEqual([]);
}

interface AxeResults {
  violations: { id: string; nodes: { target: string[] }[] }[];
}
