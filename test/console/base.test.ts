// The console of a cell, below `/cells/NAME`: no address leaves it, whatever a page, a form or a cookie names.

import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';
import { addressesIn, type Form, formsIn, shapeOf } from './crawl.ts';
import { type ServerBelow, serverBelow } from './server-below.ts';
import { formTokenIn, type Visit, Visitor } from './visitor.ts';
import { fillConsole, SCREENS } from './walk/screens.ts';

const BASE = '/cells/eu';
const HOME = `${BASE}/console`;
const ROOT = 'the-token-of-the-server';
const database = useDatabase();
let open: ServerBelow;
let guarded: ServerBelow;

beforeAll(async () => {
  await fillConsole(await database.client());
  open = await serverBelow(BASE, database);
  guarded = await serverBelow(BASE, database, { token: ROOT });
});
afterAll(() => Promise.all([open?.stop(), guarded?.stop()]));

/** Fails if the page leads out of the console, or to a place of the console's root where a place of the page was meant. */
function expectInside(visit: Visit, at: string): void {
  for (const url of addressesIn(visit, at)) {
    expect(`${at}: ${url.pathname}`).toMatch(`${at}: ${HOME}/`);
    if (url.hash !== '' || url.search !== '') expect(`${at}: ${url.pathname}`).not.toBe(`${at}: ${HOME}/`);
  }
  if (visit.headers.location !== undefined) expect(`${at}: ${visit.headers.location}`).toMatch(`${at}: ${HOME}/`);
  for (const cookie of visit.setCookies) expect(cookie).toContain(`Path=${HOME}`);
}

/** Gets every page that links lead to, one of those that are alike. Returns their forms. */
async function crawl(visitor: Visitor): Promise<{ pages: number; forms: Form[] }> {
  const waiting = Object.values(SCREENS).map((screen) => new URL(`${open.url}${HOME}${screen}`));
  const [seen, forms] = [new Set<string>(), new Map<string, Form>()];
  for (let url = waiting.shift(); url; url = waiting.shift()) {
    if (seen.has(shapeOf(url))) continue;
    seen.add(shapeOf(url));
    const visit = await visitor.get(url.pathname + url.search);
    expect([url.pathname, visit.status]).toEqual([url.pathname, expect.toSatisfy((status) => status < 500)]);
    expectInside(visit, url.href);
    waiting.push(...addressesIn(visit, url.href));
    for (const form of formsIn(visit, url.href)) forms.set(form.method + shapeOf(form.action), form);
    if (visit.headers.location !== undefined) waiting.push(new URL(String(visit.headers.location), url));
  }
  return { pages: seen.size, forms: [...forms.values()] };
}

describe('signing in', () => {
  test('leads to the page below the base, and its cookie is for this console alone', async () => {
    const visitor = new Visitor(guarded.url);
    const asked = await visitor.get(`${HOME}/tasks?queue=mail`);
    expect(asked.text).toContain(`name="next" value="${HOME}/tasks?queue=mail"`);
    expectInside(asked, guarded.url + HOME);
    const visit = await visitor.post(`${HOME}/login`, { token: ROOT, next: `${HOME}/tasks?queue=mail` });
    expect([visit.status, visit.headers.location]).toEqual([303, `${HOME}/tasks?queue=mail`]);
    expect(visit.setCookies).toEqual([expect.stringMatching(`^pgtaskqueue=[^;]+;.* Path=${HOME};`)]);
    const page = await visitor.get(`${HOME}/queues`);
    const out = await visitor.post(`${HOME}/logout`, { _token: formTokenIn(page) });
    expect([out.status, out.headers.location]).toEqual([303, `${HOME}/login`]);
  });

  test('leads to no other console', async () => {
    for (const next of ['/console/tasks', '/cells/us/console/tasks', `${HOME}/../../us/console/tasks`]) {
      const visit = await new Visitor(guarded.url).post(`${HOME}/login`, { token: ROOT, next });
      expect([next, visit.headers.location]).toEqual([next, `${HOME}/queues`]);
    }
  });

  test('over https, where cookies belong to the whole host, each cell has a cookie of its own', async () => {
    const secure = await serverBelow(BASE, database, { token: ROOT, secure: true });
    const visit = await new Visitor(secure.url).post(`${HOME}/login`, { token: ROOT });
    expect(visit.setCookies).toEqual([expect.stringMatching(/^__Host-pgtaskqueue-eu=[^;]+;.* Path=\/;.* Secure/)]);
    await secure.stop();
  });

  test('a link on another site opens the page again, below the base', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const visit = await new Visitor(guarded.url).get(`${HOME}/queues?show=pull`, link);
    expect(visit.text).toContain(`href="${HOME}/queues?show=pull"`);
  });
});

test('commands name the cell, and calls over HTTP its base', async () => {
  const visitor = new Visitor(open.url);
  const page = await visitor.get(`${HOME}/add?queue=webhooks-out`);
  expect(page.text).toContain('pgtaskqueue --cell eu tasks add webhooks-out');
  expect(page.text).toContain('POST /cells/eu/v2/projects');
  const asked = await new Visitor(guarded.url).get(`${HOME}/queues`);
  expect(asked.text).toContain('pgtaskqueue --cell eu tokens create');
});

test('one module knows where the console is', () => {
  const folder = path.resolve(import.meta.dirname, '../../src/console');
  const namesIt = (file: string) =>
    fs
      .readFileSync(path.join(folder, file), 'utf8')
      .split('\n')
      .some((line) => /['"`}]\/(console|cells)\b/.test(line) && !/^\s*(\/\/|\/?\*)/.test(line));
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|js)$/.test(file));
  expect(files.filter(namesIt)).toEqual(['address.ts']);
});

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('pages stay live, keys and dialogs lead to pages, and the theme is for all cells', async () => {
    const page = await browser.open(`${open.url}${HOME}/queues`);
    await page.locator('#live:not(.off)').waitFor();
    await page.locator('a[href="new-queue"]').waitFor();
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${HOME}/queues/*`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(
      await page.evaluate('[location.pathname.split("/").length, location.hash, document.activeElement.id]'),
    ).toEqual([6, '#main', 'main']);
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL(`**${HOME}/tasks`);
    await page.click('label[for=theme-dark]');
    const [theme] = await page.context().cookies();
    expect(theme).toMatchObject({ name: 'pgtaskqueue-theme', value: 'dark', path: '/cells' });
    browser.expectNoErrors();
  });

  test('a page shows what changes', async () => {
    const page = await browser.open(`${open.url}${HOME}/queues/search-ping`);
    await page.locator('#live:not(.off)').waitFor();
    await database.pool.query(`select taskqueue.pause_queue('search-ping', reason => 'below the base')`);
    await page.getByText('below the base').first().waitFor();
    expect(await value(database.pool, `select state from taskqueue.queues where name = 'search-ping'`)).toBe('paused');
    browser.expectNoErrors();
  });
});

// The last one: it presses every button.
test('every page and every form leads to pages below the base', async () => {
  const visitor = new Visitor(open.url);
  const { pages, forms } = await crawl(visitor);
  expect(pages).toBeGreaterThan(60);
  const posts = forms.filter(({ method }) => method === 'POST');
  expect(posts.length).toBeGreaterThan(20);
  for (const { action, fields } of posts) {
    const visit = await visitor.post(action.pathname + action.search, fields);
    expect([action.pathname, visit.status]).toEqual([
      action.pathname,
      expect.toSatisfy((status) => [200, 303, 400, 404, 409].includes(status)),
    ]);
    expectInside(visit, action.href);
  }
});
