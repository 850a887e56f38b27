import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { value } from '../support/sql.ts';
import { printed, run, runHere, start } from './command.ts';

const database = useDatabase();
let folder: string;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'worker-'));
  await database.pool.query(`select taskqueue.create_queue('jobs', mode => 'pull'), taskqueue.create_queue('mail')`);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
const children: ReturnType<typeof start>[] = [];
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ran }) => ran));
});
beforeEach(() => database.pool.query(`select taskqueue.purge_queue('jobs')`));

const worker = (exec: string, ...more: string[]) => {
  const child = start(['worker', '--queue', 'jobs', '--exec', exec, ...more], {
    cwd: folder,
    env: { DATABASE_URL: database.url, PGTASKQUEUE_TOKEN: 'a-token-that-is-long-enough-to-be-one', COLOUR: 'red' },
  });
  children.push(child);
  return child;
};
const add = (...tasks: object[]) =>
  database.pool.query(`select taskqueue.add_tasks('jobs', $1, transactional => false)`, [
    JSON.stringify(tasks.map((task) => ({ payload_base64: '', ...task }))),
  ]);
const left = () => value(database.pool, `select count(*)::integer from taskqueue.tasks where queue = 'jobs'`);
const written = (file: string) => eventually(() => fs.readFileSync(path.join(folder, file)));

test('a command gets the payload on its input and the facts in its environment, and no token', async () => {
  await add({ name: 'a-1', tag: `it's "$(id)"\n`, payload_base64: 'AAH//g==' }, { name: 'a-2' });
  const child = worker('cat >$PGTASKQUEUE_TASK_NAME.in && env >$PGTASKQUEUE_TASK_NAME.env', '--concurrency', '2');
  await eventually(async () => expect(await left()).toBe(0));
  child.kill('SIGTERM');
  expect(await child.ran).toMatchObject({ code: 0, stdout: '' });
  expect(await written('a-1.in')).toEqual(Buffer.from([0, 1, 255, 254]));
  const seen = String(await written('a-1.env'));
  expect(seen).toContain(`PGTASKQUEUE_TASK_TAG=it's "$(id)"\n\n`);
  expect(seen).toMatch(/^PGTASKQUEUE_TASK_QUEUE=jobs$/m);
  expect(seen).toMatch(/^PGTASKQUEUE_TASK_RETRY_COUNT=1$/m);
  for (const name of ['ETA', 'CREATED']) expect(seen).toMatch(new RegExp(`^PGTASKQUEUE_TASK_${name}=\\d{4}-.*Z$`, 'm'));
  expect(seen).toMatch(/^COLOUR=red$/m);
  expect(seen).not.toContain('PGTASKQUEUE_TOKEN');
  expect(String(await written('a-2.env'))).not.toContain('PGTASKQUEUE_TASK_TAG');
});

test('a command that fails, or never reads its input, and one past its deadline: those that failed are tried again later', async () => {
  await add({ name: 'fails' }, { name: 'hangs' }, { name: 'deaf', payload_base64: 'eHh4'.repeat(30_000) });
  const child = worker(
    'case $PGTASKQUEUE_TASK_NAME in fails) echo first >&2; echo "550 no such user" >&2; sleep 30 >/dev/null & exit 3;; hangs) sleep 60 & echo $! >hangs.pid; wait;; esac',
    ...['--concurrency', '3', '--deadline', '1'],
  );
  await printed(child, /exit code 3[\s\S]*timed out after 1 s/, 'stderr');
  const names = `select array_agg(name order by name) from taskqueue.tasks where queue = 'jobs'`;
  await eventually(async () => expect(await value(database.pool, names)).toEqual(['fails', 'hangs']));
  const error = `select error from taskqueue.attempts where queue = 'jobs' and name = 'fails'`;
  expect(await value(database.pool, error)).toBe('Error: exit code 3: 550 no such user');
  const sleeping = Number(await written('hangs.pid'));
  await eventually(() => expect(isRunning(sleeping)).toBe(false));
  child.kill('SIGINT');
  expect((await child.ran).code).toBe(0);
});

test('SIGTERM lets commands end, kills those that take too long, which have failed, and releases tasks that were not started', async () => {
  await add({ name: 'quick' }, { name: 'slow' });
  const child = worker(
    'echo $PGTASKQUEUE_TASK_NAME; test $PGTASKQUEUE_TASK_NAME = quick && exec sleep 1; exec sleep 60',
    ...['--concurrency', '2', '--stop-seconds', '2'],
  );
  await printed(child, /quick[\s\S]*slow|slow[\s\S]*quick/);
  await add({ name: 'late' });
  child.kill('SIGTERM');
  const { code, stderr } = await child.ran;
  expect([code, stderr]).toEqual([0, expect.stringMatching(/a task failed.*slow.*the worker was stopped/)]);
  const rows = await database.pool.query(
    `select name, retry_count from taskqueue.tasks where queue = 'jobs' order by 1`,
  );
  expect(rows.rows).toEqual([
    { name: 'late', retry_count: 0 },
    { name: 'slow', retry_count: 1 },
  ]);
});

test('a lost connection is survived', async () => {
  const child = worker('true');
  await printed(child, /Running tasks of queue jobs/, 'stderr');
  const lose = `select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'pgtaskqueue worker' and datname = current_database()`;
  await eventually(async () => expect(Number(await value(database.pool, lose))).toBeGreaterThan(0));
  await add({ name: 'after' });
  await eventually(async () => expect(await left()).toBe(0));
  child.kill('SIGTERM');
  expect((await child.ran).code).toBe(0);
});

test.each([
  [3, ['--queue', 'nowhere', '--exec', 'true']],
  [3, ['--queue', 'mail', '--exec', 'true']],
  [2, ['--queue', 'jobs', '--exec', 'true', '--concurrency', '0']],
  [2, ['--queue', 'jobs', '--exec', 'true', '--lease-seconds', '8d']],
  [2, ['--queue', 'jobs']],
])('exit code %i: worker %j', async (code, args) => {
  expect((await run(['worker', ...args], { env: { DATABASE_URL: database.url } })).code).toBe(code);
});

test('a command may use our commands', async () => {
  process.env.DATABASE_URL = database.url;
  process.env.PGTASKQUEUE_TASK_NAME = 'x';
  try {
    expect((await runHere(['tasks', 'list', '--queue', 'jobs'])).code).toBe(0);
  } finally {
    delete process.env.PGTASKQUEUE_TASK_NAME;
  }
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
