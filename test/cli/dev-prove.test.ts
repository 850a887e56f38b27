// `dev --prove`: the tasks go to the running application more than once, and each proof is printed.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeTarget, fakeTarget } from '../../src/testing.ts';
import { queryAt } from '../support/bare-database.ts';
import { useDatabase } from '../support/db.ts';
import { start } from './command.ts';

const application = useDatabase();
let cwd: string;
let target: FakeTarget;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'proving-'));
  chmodSync(cwd, 0o755); // PostgreSQL runs as another user when the tests run as root
  await application.pool.query('create table hits (id integer primary key, hits integer, seen_at timestamptz)');
  await application.pool.query('insert into hits values (1, 0), (2, 0)');
  target = await fakeTarget(async ({ url }) => {
    if (url === '/fine') await application.pool.query('insert into hits values (3, 0) on conflict do nothing');
    if (url === '/counts') await application.pool.query('update hits set hits = hits + 1 where id = 1');
    if (url === '/touches') await application.pool.query('update hits set seen_at = clock_timestamp() where id = 2');
    return url === '/fails' ? { status: 500, body: 'out of stock' } : 200;
  });
});
afterAll(async () => {
  await target.close();
  rmSync(cwd, { recursive: true, force: true });
});

/** Runs `dev --prove` until it has printed so much; returns all that it printed. */
async function proving(args: string[], add: (database: string) => Promise<unknown>, until: RegExp): Promise<string> {
  const flags = ['--ephemeral', '--prove', '--prove-database', application.url, '--prove-ignore', 'seen_at'];
  const child = start(['dev', ...flags, ...args], { cwd });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    let added = false;
    child.stdout?.on('data', (chunk) => {
      printed += String(chunk);
      const database = /postgresql:\/\/[^\s"']+/.exec(printed)?.[0];
      if (database && !added) {
        added = true;
        add(database).catch(reject);
      }
      if (until.test(printed)) resolve();
    });
    void child.ran.then(({ code, stderr }) => reject(new Error(`dev ended with ${code}: ${stderr}`)));
  });
  child.kill('SIGINT');
  const { stdout } = await child.ran;
  return stdout;
}

async function addTasks(database: string, ...urls: string[]): Promise<void> {
  await queryAt(database, `select from taskqueue.set_target('default', '${target.url}')`);
  // Together: a task that is added while another one is proved would seem to be its handler's.
  const tasks = JSON.stringify(urls.map((url) => ({ url })));
  await queryAt(database, `select from taskqueue.add_tasks(queue => 'default', tasks => '${tasks}')`);
}

test('names the handlers that are not idempotent, with their runs side by side, and the sum', async () => {
  const add = (database: string) => addTasks(database, '/fine', '/counts', '/touches', '/fails');
  const printed = await proving([], add, /out of stock/);
  expect(printed).toMatch(/✓ idempotent: POST \/fine {2}\(queue default, task task-\w+\)/);
  expect(printed).toContain('✓ idempotent: POST /touches');
  expect(printed).toMatch(/✗ not idempotent: POST \/counts .*\n {4}the second run changed a row of public\.hits\n/);
  expect(printed).toMatch(/changed public.hits \{ id: 1 \} hits: 0 → 1 +│ changed public.hits \{ id: 1 \} hits: 1 → 2/);
  expect(printed).toMatch(/✗ failed: POST \/fails .*\n {4}the handler failed both times\n/);
  expect(printed).toContain('Proved the handlers of 4 tasks: 2 idempotent, 1 not idempotent, 1 failed');
  const runs = target.requests.filter(({ url }) => url === '/fine').map(({ headers }) => headers);
  expect(new Set(runs.map((headers) => headers['webhook-id'])).size).toBe(1);
  const retries = runs.map((headers) => Number(headers['x-appengine-taskretrycount']));
  const [first = 0] = retries; // one more if the very first could not connect
  expect(retries).toEqual([first, first + 1, first + 2]);
});

test('prints proofs as JSON', async () => {
  const printed = await proving(['--json'], (database) => addTasks(database, '/counts'), /^ {2}"verdict"(.|\n)*^}/m);
  const documents = printed
    .split(/(?<=^\})\n/m)
    .map((text) => text.trim())
    .filter(Boolean);
  expect(JSON.parse(documents[1] as string)).toMatchObject({
    ...{ queue: 'default', method: 'POST', url: '/counts', verdict: 'not idempotent' },
    findings: ['the second run changed a row of public.hits'],
    runs: [
      { delivery: 'first' },
      { delivery: 'again', rows: [{ table: 'public.hits', kind: 'changed', key: { id: 1 } }] },
    ],
  });
});

test('an unreachable database ends it', async () => {
  const child = start(['dev', '--ephemeral', '--prove', '--prove-database', 'postgresql://127.0.0.1:1/none'], { cwd });
  const { code, stderr } = await child.ran;
  expect([code === 0, stderr]).toEqual([false, expect.stringContaining('could not be reached')]);
});
