// The page of cron jobs.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/server.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
});
afterAll(() => server?.stop());

const apply = (...cron: object[]) =>
  database.pool.query('select taskqueue.apply_crons($1)', [JSON.stringify({ cron })]);

describe.runIf(hasBrowser)('in a browser', () => {
  const browser = useBrowser();

  test('without jobs it shows a cron.yaml and the command', async () => {
    const page = await browser.open(`${server.url}/console/cron`);
    const text = await page.locator('main').innerText();
    expect(text).toContain('schedule: every monday 09:00');
    expect(text).toContain('npx pgtaskqueue cron apply cron.yaml');
    await expectAccessible(page);
  });

  test('a job is run now, and its task is linked', async () => {
    await apply({ name: 'nightly', url: '/digest', schedule: 'every day 02:30', description: '<b>the</b> digest' });
    const page = await browser.open(`${server.url}/console/cron`);
    const job = page.locator('#cron-nightly');
    expect(await job.innerText()).toContain('<b>the</b> digest');
    expect(await job.locator('.runs').first().locator('li').count()).toBe(5);
    expect(await job.innerText()).toContain('It has not run yet.');
    await job.getByRole('button', { name: 'Run now' }).click();
    const { rows } = await database.pool.query('select last_task as name from taskqueue.crons');
    await expect.poll(() => page.locator('main').innerText()).toContain(`Added ${rows[0].name} to queue cron.`);
    await expect.poll(() => job.innerText()).toContain('running');
    expect(await job.getByRole('link', { name: 'its task' }).getAttribute('href')).toBe(
      `queues/cron/tasks/${rows[0].name}`,
    );
    const audit = await database.pool.query(
      `select actor from taskqueue.audit where object = 'cron nightly' and act = 'run'`,
    );
    expect(audit.rows[0].actor).toContain('this machine');
    browser.expectNoErrors();
  });

  test.each(['light', 'dark'] as const)('what is wrong with a job is said, %s', async (colorScheme) => {
    await apply({ name: 'broken', url: '/x', schedule: 'every 5 minutes' });
    await database.pool.query(`update taskqueue._crons set problem = 'the schedule never comes'`);
    await database.pool.query(
      `select taskqueue.record_attempts('[{"queue": "cron", "name": "broken-1", "attempt": 2, "seconds": 3, "status": 500, "reason": "App Error"}]')`,
    );
    await database.pool.query(`update taskqueue._crons set last_run = now(), last_task = 'broken-1'`);
    const page = await browser.open(`${server.url}/console/cron`, { colorScheme });
    const text = await page.locator('#cron-broken').innerText();
    expect(text).toContain('the schedule never comes');
    expect(text).toMatch(/attempt 2 failed\s+500/);
    await expectAccessible(page);
    browser.expectNoErrors();
  });
});

test('jobs of queues that a caller may not read are left out, and cannot be run', async () => {
  await apply({ name: 'secret', queue: 'default', schedule: 'every 5 minutes' });
  const { rows } = await database.pool.query(
    `select token from taskqueue.create_token('ada@example.com', rights => '{read,operate}', queues => '{mail}')`,
  );
  const headers = { authorization: `Bearer ${rows[0].token}` };
  expect(await (await fetch(`${server.url}/console/cron`, { headers })).text()).not.toContain('secret');
  const page = await (await fetch(`${server.url}/console/cron`)).text();
  expect(page).toContain('secret');
});
