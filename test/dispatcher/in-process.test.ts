// A dispatcher in an application's own server, which is asked to terminate while tasks run: none is lost, none runs
// twice, nothing is logged, and the process ends by itself.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TaskQueues } from '../../src/index.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';

const database = useDatabase();
const TASKS = 12;
const CONCURRENT = 4;

interface Application {
  process: ChildProcess;
  texts: { stdout: string; stderr: string };
  ended: Promise<[number | null, string | null]>;
}

function start(framework: string): Application {
  const file = path.join(import.meta.dirname, 'in-process', `${framework}.ts`);
  const child = spawn(process.execPath, [file], { env: { ...process.env, DATABASE_URL: database.url } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (chunk) => (texts[stream] += chunk));
  const ended: Application['ended'] = new Promise((resolve) =>
    child.on('close', (code, signal) => resolve([code, signal])),
  );
  return { process: child, texts, ended };
}

const count = async (condition: string) => {
  const { rows } = await database.pool.query(`select count(*)::integer as n from handled where ${condition}`);
  return rows[0].n as number;
};
const left = async () => (await database.pool.query('select name from taskqueue.tasks')).rowCount;

test.each(['hono', 'express', 'fastify'])('%s', async (framework) => {
  await database.pool.query(`
    drop table if exists handled, gate;
    create table handled (task text, attempt integer, ended boolean not null default false);
    create table gate (open boolean);`);
  const settings = `rate => '500/s', bucket_size => 100, max_concurrent_requests => ${CONCURRENT}`;
  await database.pool.query(`select taskqueue.update_queue('default', ${settings})`);
  await new TaskQueues({ database: database.pool }).add(Array.from({ length: TASKS }, () => ({ url: '/tasks/slow' })));

  const first = start(framework);
  await eventually(async () => expect(await count('not ended'), first.texts.stderr).toBe(CONCURRENT));
  first.process.kill('SIGTERM');
  await eventually(() => expect(first.texts.stdout).toContain('stopping'));
  await database.pool.query('insert into gate values (true)');
  expect(await first.ended, first.texts.stderr).toEqual([0, null]);
  expect(first.texts.stderr).toBe('');
  expect(await count('not ended')).toBe(0);
  expect((await left()) ?? 0).toBe(TASKS - (await count('true')));

  const second = start(framework);
  await eventually(async () => expect(await left()).toBe(0));
  second.process.kill('SIGTERM');
  expect(await second.ended, second.texts.stderr).toEqual([0, null]);
  expect(second.texts.stderr).toBe('');
  expect([await count('ended'), await count('attempt > 0')]).toEqual([TASKS, 0]);
});
