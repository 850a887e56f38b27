import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { test } from 'vitest';
import { createServer } from '../src/server.ts';
import { useDatabase } from './support/db.ts';
const database = useDatabase();
test('shots', async () => {
  const client = await database.client();
  for (const statement of readFileSync('/tmp/w/b-seed.sql', 'utf8').split(/;\s*\n/)) if (statement.trim()) await client.query(statement);
  const server = createServer({ database: database.url, port: 0, roles: (process.env.ROLES ?? 'http').split(',') as never });
  await server.start();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const [name, path] of (process.env.SHOTS ?? 'queues=/queues').split(' ').map((s) => s.split(/=(.*)/)) as [string, string][]) {
    for (const [width, height, scheme] of [[1440, 900, 'light'], [1440, 900, 'dark'], [380, 800, 'dark'], [2560, 1200, 'light']] as const) {
      if (process.env.ONLY && !process.env.ONLY.includes(`${width}${scheme}`)) continue;
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
      const page = await context.newPage();
      page.on('console', (m) => m.type() === 'error' && console.log(m.text()));
      page.on('pageerror', (e) => console.log(String(e)));
      const t = performance.now();
      const response = await page.goto(`${server.url}/console${path}`);
      if (scheme === 'light') console.log(path, response?.status(), Math.round(performance.now() - t), 'ms', (await response?.body())?.length, await page.evaluate('document.documentElement.scrollWidth + "/" + innerWidth'));
      await page.locator('#live:not(.off)').waitFor({ timeout: 5000 }).catch(() => console.log('not live'));
      await page.screenshot({ path: `/tmp/w/b-${name}-${width}-${scheme}.png`, fullPage: process.env.FULL === '1' });
      await context.close();
    }
  }
  await browser.close();
  await server.stop();
}, 120000);
