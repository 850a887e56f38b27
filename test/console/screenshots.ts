// Takes the pictures in docs/images: every screen in both themes, of the database that the walk uses; and the page of
// health of a running shop, while it holds an old snapshot. `npm run screenshots`, or with names only those.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Browser, chromium } from 'playwright-core';
import { openTemporaryDatabase } from '../../src/cli/actions/dev-database.ts';
import { startSample } from '../../src/demo/sample.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server.ts';
import { launchBrowser } from '../support/launch-browser.ts';
import { fillConsole, SCREENS } from './walk/screens.ts';

const IMAGES = path.resolve(import.meta.dirname, '../../docs/images');
/** Of the shop: how long it runs before the snapshot is held, and until the picture is taken. */
const WARM_MS = 75_000;
const HELD_MS = 45_000;

const names = process.argv.slice(2);
const isWanted = (name: string) => names.length === 0 || names.includes(name);

const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'screenshots-'));
fs.chmodSync(dataDir, 0o755); // PostgreSQL runs as another user when this runs as root
const settings = { dataDir, embeddedFrom: undefined, embeddedUser: undefined };
fs.mkdirSync(IMAGES, { recursive: true });
const launched = await launchBrowser();
const browser = await chromium.connect(launched.wsEndpoint());
try {
  await screens(browser);
  if (isWanted('health')) await health(browser);
} finally {
  await browser.close();
  await launched.close();
  fs.rmSync(dataDir, { recursive: true, force: true });
}

async function screens(given: Browser): Promise<void> {
  const database = await openTemporaryDatabase(settings, { warn: console.warn });
  const url = await renamed(database.url, 'orders');
  const leader = new pg.Client(url);
  await leader.connect();
  await fillConsole(leader);
  const server = createServer({ database: url, port: 0, roles: ['http'], logger: silentLogger });
  await server.start();
  try {
    for (const [name, address] of Object.entries(SCREENS))
      if (name !== 'health' && isWanted(name)) await take(given, name, `${server.url}/console${address}`);
  } finally {
    await server.stop();
    await leader.end();
    await database.close();
  }
}

async function health(given: Browser): Promise<void> {
  const database = await openTemporaryDatabase(settings, { warn: console.warn });
  const url = await renamed(database.url, 'shop');
  const sample = await startSample(url, { port: 0, say: () => {} });
  const targets = { [sample.target]: sample.url };
  const server = createServer({ database: url, port: 0, targets, logger: silentLogger });
  await server.start();
  try {
    await sample.begin(server.url);
    await wait(WARM_MS);
    await fetch(`${sample.url}/snapshot`, { method: 'POST', headers: { origin: sample.url } });
    await wait(HELD_MS);
    await take(given, 'health', `${server.url}/console/health`);
  } finally {
    await server.stop();
    await sample.stop();
    await database.close();
  }
}

/** The bar shows the name of the database. Returns its new connection string. */
async function renamed(url: string, name: string): Promise<string> {
  const [given, admin] = [new URL(url), new URL(url)];
  admin.pathname = '/postgres';
  const client = new pg.Client(admin.href);
  await client.connect();
  await client.query(`alter database ${given.pathname.slice(1)} rename to ${name}`);
  await client.end();
  given.pathname = `/${name}`;
  return given.href;
}

async function take(given: Browser, name: string, url: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await given.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
    const page = await context.newPage();
    await page.goto(url);
    await page
      .locator('#live:not(.off)')
      .waitFor({ timeout: 3_000 })
      .catch(() => {}); // some screens are not live
    await page.screenshot({ path: path.join(IMAGES, `${name}-${colorScheme}.png`), animations: 'disabled' });
    await context.close();
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
