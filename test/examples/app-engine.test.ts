// The applications in examples/app-engine, each with its own SDK. What is not installed here is skipped, and said.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { CLASSPATH, connecting, GOPATH, hasGo, hasJava, hasPython, PYTHON } from '../app-engine/sdks.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { rows } from '../support/sql.ts';

const database = useDatabase();
const run = promisify(execFile);
const FOLDER = path.resolve(import.meta.dirname, '../../examples/app-engine');
const here = { python: hasPython(), go: hasGo(), java: hasJava() };

let server: Server;
let folder: string;
let application: ChildProcess | undefined;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-app-engine-'));
  await database.pool.query(
    `select taskqueue.create_queue('mail', rate => '100/s'), taskqueue.create_queue('reports', mode => 'pull')`,
  );
  server = createServer({ database: database.url, port: 0, logger: silentLogger });
  await server.start();
});

afterEach(() => void application?.kill());
afterAll(async () => {
  await server?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Starts an application; returns what it prints, as it grows. */
function start(command: string, args: string[], port: number): string[] {
  const lines: string[] = [];
  const env = { ...connecting(server.url), PORT: String(port) };
  application = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  application.stdout?.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trimEnd().split('\n')));
  return lines;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const { createServer: listen } = await import('node:net');
  return new Promise((resolve) => {
    const socket = listen().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as { port: number };
      socket.close(() => resolve(port));
    });
  });
}

async function order(port: number): Promise<void> {
  const target = `http://127.0.0.1:${port}`;
  await database.pool.query(`select taskqueue.set_target('default', $1), taskqueue.set_target('worker', $1)`, [target]);
  const answer = await eventually(() => fetch(`${target}/orders`));
  if (answer.status !== 200) throw new Error(await answer.text());
}

const isEmpty = async () =>
  expect(await rows(database.pool, `select name from taskqueue.tasks where queue <> 'reports'`)).toEqual([]);

test.skipIf(!here.python)('Python', async () => {
  const port = await freePort();
  const printed = start(PYTHON, [path.join(FOLDER, 'python/main.py')], port);
  await order(port);
  await eventually(isEmpty);
  await eventually(() =>
    expect(printed.toSorted()).toEqual([
      'added default True',
      'added mail',
      'added mail',
      `default /receipt [('order', ['7'])]`,
      'deferred Hello Ada',
      `listening ${port}`,
      `mail /mail [('to', ['ada@example.com'])]`,
      `mail /mail [('to', ['alan@example.com'])]`,
    ]),
  );
});

test.skipIf(!here.python)('Python, a pull queue', async () => {
  const { stdout } = await run(PYTHON, [path.join(FOLDER, 'python/pull.py')], { env: connecting(server.url) });
  expect(stdout.trimEnd().split('\n')).toEqual(['page 1 attempt 1', 'page 2 attempt 1', 'left 0']);
});

test.skipIf(!here.go)('Go', async () => {
  const program = path.join(folder, 'orders');
  const env = { ...process.env, GO111MODULE: 'off', GOPATH, GOFLAGS: '', GOCACHE: path.join(folder, 'go-cache') };
  await run('go', ['build', '-o', program, path.join(FOLDER, 'go/main.go')], { env });
  const port = await freePort();
  const printed = start(program, [], port);
  await order(port);
  await eventually(isEmpty);
  await eventually(() => expect(printed.toSorted()).toEqual(['added POST true', 'default /receipt 7', 'delayed Ada']));
});

test.skipIf(!here.java)('Java', async () => {
  await run('javac', ['-d', folder, '-cp', CLASSPATH, path.join(FOLDER, 'java/Orders.java')]);
  await database.pool.query(`select taskqueue.pause_queue('default')`);
  const { port } = new URL(server.url);
  const { stdout } = await run('java', ['-cp', `${folder}:${CLASSPATH}`, 'Orders', port]);
  expect(stdout.trimEnd().split('\n')).toEqual(['added default', 'added default', 'page 1 deleted true', 'left 0']);
  const added = await rows(database.pool, `select url from taskqueue.tasks where queue = 'default' order by url`);
  expect(added).toEqual([{ url: '/_ah/queue/__deferred__' }, { url: '/mail' }, { url: '/receipt' }]);
  await database.pool.query(`select taskqueue.purge_queue('default'), taskqueue.resume_queue('default')`);
});
