// A night on call: each trouble that a queue can have is brought about for real, and the commands, the log and the
// metrics are read as an operator would. Each must name the trouble, and say what to do.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../src/embedded/ports.ts';
import { type EmbeddedServer, startEmbedded } from '../src/embedded/postgres.ts';
import { migrate } from '../src/schema/migrate/migrate.ts';
import { type FakeTarget, fakeTarget } from '../src/testing/fake-target.ts';
import { printed, runHere, start } from './cli/command.ts';
import { eventually } from './support/eventually.ts';

const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;

let dir: string;
let port: number;
let server: EmbeddedServer;
let pool: pg.Pool;
let target: FakeTarget;

const startDatabase = () => startEmbedded({ dir, port, ephemeral: true, user, from });

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'night-'));
  port = await freePort(0);
  server = await startDatabase();
  await migrate(server.url);
  pool = new pg.Pool({ connectionString: server.url, max: 3 });
  pool.on('error', () => {});
  target = await fakeTarget();
  await sql(`select taskqueue.set_target('default', $1)`, [target.url]);
});

afterAll(async () => {
  await target?.close();
  await pool?.end();
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function sql(text: string, values: unknown[] = []): Promise<pg.QueryResult['rows']> {
  return (await pool.query(text, values)).rows;
}

/** Creates a queue with tasks in it; a long back-off keeps what has failed as it is. */
async function fill(queue: string, settings = '', tasks = 6): Promise<void> {
  const retry = `'{"min_backoff_seconds": 600, "max_backoff_seconds": 600}'`;
  await sql(
    `select taskqueue.create_queue('${queue}', rate => '100/s', bucket_size => 100, retry => ${retry}${settings})`,
  );
  for (let n = 1; n <= tasks; n++) {
    await sql(`select taskqueue.add('${queue}', name => 'task-${n}', url => '/work', transactional => false)`);
  }
}

interface Night {
  url: string;
  log(): string;
  stop(): Promise<void>;
}

/** Starts `serve` as a process of its own. */
async function serve(): Promise<Night> {
  const child = start(['serve', '--port', '0'], { env: { DATABASE_URL: server.url } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr?.on('data', (chunk) => (log += chunk));
  const shown = await printed(child, /http:\/\/\S+:\d+/);
  const stop = async () => {
    child.kill('SIGTERM');
    await child.ran;
  };
  return { url: /http:\/\/\S+:\d+/.exec(shown)?.[0] as string, log: () => log, stop };
}

async function cli(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  return runHere([...args, '--database-url', server.url]);
}

const explain = async (queue: string, name = 'task-1') => (await cli('tasks', 'explain', queue, name)).stdout;

/** The line of `queues list` about a queue. */
async function listed(queue: string): Promise<string> {
  const { stdout } = await cli('queues', 'list');
  return stdout.split('\n').find((line) => line.startsWith(`${queue} `)) ?? '';
}

async function complaints(): Promise<string> {
  const { code, stdout } = await cli('doctor');
  expect(code).toBe(1);
  return stdout;
}

async function metric(night: Night, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${night.url}/metrics`)).text();
  const line = text.split('\n').find((one) => pattern.test(one));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('the handler is down', async () => {
  const night = await serve();
  await sql(`select taskqueue.set_target('down', 'http://127.0.0.1:${await freePort(0)}')`);
  await fill('down', `, target => 'down'`);
  await eventually(async () => expect(await listed('down')).toMatch(/failing/));
  expect(await complaints()).toMatch(/FAIL .*down/);
  expect(await explain('down')).toMatch(/ECONNREFUSED[\s\S]*http:\/\/127\.0\.0\.1:\d+\/work[\s\S]*up/);
  expect(night.log()).toMatch(/"level":"warn".*"queue":"down"/);
  expect(await metric(night, /^pgtaskqueue_attempts_total\{.*queue="down".*outcome="no_answer"/)).toBe(6);
  await night.stop();
});

test('it answers 500 to everything, in HTML', async () => {
  const body = '<!DOCTYPE html><title>Error</title><style>a{}</style><h1>SMTP 550</h1> mailbox &amp; more';
  target.answer(() => ({ status: 500, headers: { 'content-type': 'text/html' }, body }));
  const night = await serve();
  await fill('broken');
  await eventually(async () => expect(await listed('broken')).toMatch(/failing/));
  expect(await complaints()).toMatch(/FAIL .*broken/);
  expect(await explain('broken')).toMatch(/500[\s\S]*SMTP 550/);
  expect(await explain('broken')).not.toMatch(/DOCTYPE|a\{\}/);
  expect((await cli('tasks', 'attempts', 'broken')).stdout).toMatch(/SMTP 550/);
  expect(await metric(night, /^pgtaskqueue_attempts_total\{.*queue="broken".*outcome="server_error"/)).toBe(6);
  await night.stop();
  target.answer([]);
});

test('the secrets differ', async () => {
  target.answer(() => ({ status: 401, body: 'TaskVerificationError: the signature does not match' }));
  const night = await serve();
  await fill('secret');
  await eventually(async () => expect(await listed('secret')).toMatch(/failing/));
  expect(await explain('secret')).toMatch(/401[\s\S]*secret/);
  expect(await metric(night, /^pgtaskqueue_attempts_total\{.*queue="secret".*outcome="client_error"/)).toBe(6);
  await night.stop();
  target.answer([]);
});

test('the target is not set', async () => {
  const night = await serve();
  await fill('lost', `, target => 'nowhere'`);
  await eventually(async () => expect(await listed('lost')).toMatch(/no target/));
  expect(await complaints()).toMatch(/FAIL .*nowhere/);
  expect(await explain('lost')).toMatch(/nowhere[\s\S]*pgtaskqueue targets set nowhere/);
  expect(await metric(night, /^pgtaskqueue_attempts_total\{.*queue="lost".*outcome="unknown_target"/)).toBe(6);
  await night.stop();
});

test('a task poisons its workers', async () => {
  await sql(`select taskqueue.create_queue('poison', mode => 'pull', retry => '{"task_retry_limit": 1}')`);
  await sql(`select taskqueue.add('poison', name => 'bad', payload => 'x', transactional => false)`);
  const worker = start(['worker', 'poison', '--exec', 'echo no such customer >&2; exit 7'], {
    env: { DATABASE_URL: server.url },
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  await eventually(async () => expect((await cli('tasks', 'dead', 'poison')).stdout).toMatch(/bad/));
  expect((await cli('tasks', 'attempts', 'poison', 'bad')).stdout).toMatch(/no such customer/);
  expect(await complaints()).toMatch(/FAIL .*died/);
  expect(await explain('poison', 'bad')).toMatch(/no such customer/);
  worker.kill('SIGTERM');
  await worker.ran;
});

test('a pause was forgotten', async () => {
  const night = await serve();
  await sql(`select taskqueue.create_queue('paused')`);
  await sql(`select taskqueue.pause_queue('paused', 'provider is down', clock_timestamp() + interval '30 minutes')`);
  await sql(`select taskqueue.add('paused', name => 'task-1', url => '/x', transactional => false)`);
  expect(await listed('paused')).toMatch(/paused \((30|29) min left\).*provider is down/);
  expect(await complaints()).toMatch(/FAIL .*paused/);
  expect(await explain('paused')).toMatch(/provider is down[\s\S]*pgtaskqueue queues resume paused/);
  expect(await metric(night, /^pgtaskqueue_queue_paused\{.*queue="paused"/)).toBe(1);
  await night.stop();
});

test('no dispatcher runs', async () => {
  await sql(`select taskqueue.create_queue('alone')`);
  await sql(`select taskqueue.add('alone', name => 'task-1', url => '/x', transactional => false)`);
  await eventually(async () => expect(await listed('alone')).toMatch(/no dispatcher/));
  expect(await complaints()).toMatch(/FAIL .*dispatcher[\s\S]*pgtaskqueue serve/);
  expect(await explain('alone')).toMatch(/No dispatcher[\s\S]*pgtaskqueue serve/);
});

test('the database is restarted', async () => {
  const night = await serve();
  await server.stop();
  await eventually(() => expect(night.log()).toMatch(/"level":"(warn|error)"/));
  expect((await fetch(`${night.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${night.url}/healthz`)).status).toBe(200);
  expect(await metric(night, /^pgtaskqueue_database_up/)).toBe(0);
  expect((await cli('doctor')).code).toBe(75);
  server = await startDatabase();
  await eventually(async () => expect((await fetch(`${night.url}/readyz`)).status).toBe(200));
  await fill('after');
  await eventually(async () => expect(await sql(`select from taskqueue.tasks where queue = 'after'`)).toEqual([]));
  expect(await listed('after')).toMatch(/running/);
  await night.stop();
});
