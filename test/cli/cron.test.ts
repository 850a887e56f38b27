import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { runHere } from './command.ts';

const database = useDatabase();
let folder: string;
beforeAll(() => {
  process.env.DATABASE_URL = database.url; // for what runs here
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cron-files-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(async () => {
  await database.pool.query(`delete from taskqueue._crons; delete from taskqueue._tasks`);
});

function write(text: string, name = 'cron.yaml'): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

const cron = (...args: string[]) => runHere(['cron', ...args]);

const SUMMARY = `cron:
- url: /tasks/summary
  schedule: every monday 09:00
  timezone: Europe/Berlin
  retry_parameters:
    job_retry_limit: 2
`;

test('apply shows the plan and does it; a second time there is no difference', async () => {
  const dry = await cron('apply', write(SUMMARY), '--dry-run');
  expect(dry).toEqual({
    code: 1,
    stderr: '',
    stdout: `create queue cron
create tasks-summary: retry_parameters {"job_retry_limit": 2}, schedule every monday 09:00, timezone Europe/Berlin, url /tasks/summary
`,
  });
  expect((await cron('apply', folder)).code).toBe(2); // no terminal to ask at
  expect((await cron('apply', folder, '--yes')).code).toBe(0);
  expect(await cron('apply', folder, '--dry-run')).toEqual({ code: 0, stdout: 'No changes.\n', stderr: '' });
  const changed = await cron('apply', write(SUMMARY.replace('09:00', '10:00')), '--yes');
  expect(changed.stdout).toContain('change tasks-summary: schedule: every monday 09:00 → every monday 10:00');
  expect((await cron('apply', write('cron: []\n'), '--yes')).stdout).toContain('remove tasks-summary');
  expect((await cron('list')).stdout).toContain('No scheduled jobs');
});

test('list shows the next five runs in the time zone of the entry', async () => {
  await cron('apply', write(SUMMARY), '--yes');
  const { stdout } = await cron('list');
  expect(stdout).toMatch(/^tasks-summary +every monday 09:00 +Europe\/Berlin +GET \/tasks\/summary +- +- +running$/m);
  expect(stdout).toMatch(/^tasks-summary( +Mon \d{4}-\d\d-\d\d 09:00){5}$/m);
  const [entry] = JSON.parse((await cron('list', '--json')).stdout);
  expect(entry).toMatchObject({ name: 'tasks-summary', queue: 'cron', next_run: null, last_run: null });
  expect(entry.next_runs).toHaveLength(5);
});

test('run adds its task now', async () => {
  await cron('apply', write(SUMMARY), '--yes');
  expect((await cron('run', 'tasks-summary')).stdout).toMatch(
    /^Added task tasks-summary-by-hand-\S+ to queue cron\.\n$/,
  );
  expect((await cron('list')).stdout).toMatch(/running +running$/m);
  expect(await cron('run', 'nothing')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('no cron entry nothing'),
  });
});

test('a file with mistakes is refused with all of them', async () => {
  const ran = await cron(
    'apply',
    write('cron:\n- {url: /a, schedule: every 2 feet}\n- {url: /b, schedule: every day 09:00, payload: x}\n'),
  );
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(":2:23: job /a: invalid schedule 'every 2 feet'");
  expect(ran.stderr).toContain('job /b: payload requires a queue to add the task to');
});
