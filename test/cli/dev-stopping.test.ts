// The end of `dev`, at every moment: Ctrl-C prints no error and leaves nothing behind, and a `dev` that is started meanwhile
// gets a PostgreSQL of its own.

import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { type CommandOptions, printed, run, start } from './command.ts';

function startDev(cwd: string, options: CommandOptions = {}) {
  const child = start(['dev', '--port', '0'], { cwd, ...options });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child.ran;
  });
  return child;
}

/** Ctrl-C in a terminal, which reaches the whole process group. */
const pressCtrlC = ({ pid = 0 }: { pid?: number | undefined }) => process.kill(-pid, 'SIGINT');

test.each([
  ['the data is prepared', (names: string[]) => names.some((name) => name.startsWith('pg18-initdb-'))],
  ['PostgreSQL starts', (names: string[]) => names.includes('pg18.log')],
  ['the schema is migrated', (names: string[]) => names.includes('pg18.json')],
])('Ctrl-C while %s', { timeout: 60_000 }, async (_, reached) => {
  const cwd = temporaryFolder();
  const data = join(cwd, '.pgtaskqueue');
  const dev = startDev(cwd, { detached: true });
  await expect.poll(() => existsSync(data) && reached(readdirSync(data)), { interval: 5 }).toBe(true);
  pressCtrlC(dev);
  expect(await dev.ran).toMatchObject({ code: 0, stdout: expect.stringContaining('Stopping'), stderr: '' });
  expect(readdirSync(data).filter((name) => !/^pg18(\.log|\.password)?$/.test(name))).toEqual([]);
});

test('Ctrl-C once it runs, pressed twice in haste', { timeout: 60_000 }, async () => {
  const dev = startDev(temporaryFolder(), { detached: true });
  await printed(dev, /Ctrl-C stops everything/);
  pressCtrlC(dev);
  pressCtrlC(dev);
  expect(await dev.ran).toMatchObject({ code: 0, stderr: '' });
});

test('a dev that is started while another closes has a PostgreSQL of its own', { timeout: 60_000 }, async () => {
  const cwd = temporaryFolder();
  const handler = createServer().listen(0, '127.0.0.1'); // never answers, so that closing takes a while
  onTestFinished(() => void handler.close());
  const called = new Promise((resolve) => handler.once('request', resolve));
  const first = startDev(cwd);
  await printed(first, /Ctrl-C stops everything/);
  const { port } = handler.address() as AddressInfo;
  const set = await run(['targets', 'set', 'default', `http://127.0.0.1:${port}`], { cwd });
  const added = await run(['tasks', 'add', 'default', '--url', '/slow'], { cwd });
  expect([set, added]).toMatchObject([{ code: 0 }, { code: 0 }]);
  await called;
  first.kill('SIGINT');
  await printed(first, /Stopping/);

  const second = start(['dev', '--port', '0', '--json'], { cwd });
  const { joined, database } = JSON.parse(await printed(second, /\}\n$/));
  expect(joined).toBe(false);
  expect((await first.ran).code).toBe(0);
  const client = new pg.Client(database);
  await client.connect();
  await client.end();
  second.kill('SIGINT');
  expect((await second.ran).code).toBe(0);
});
