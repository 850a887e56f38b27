// The end of `dev`, at every moment: Ctrl-C prints no error and leaves nothing behind, and a `dev` that is started meanwhile
// gets a PostgreSQL of its own.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { queryAt } from '../support/bare-database.ts';
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
])('Ctrl-C while %s', async (_, reached) => {
  const cwd = temporaryFolder();
  const data = join(cwd, '.pgtaskqueue');
  const dev = startDev(cwd, { detached: true });
  await expect.poll(() => existsSync(data) && reached(readdirSync(data)), { interval: 5 }).toBe(true);
  pressCtrlC(dev);
  expect(await dev.ran).toMatchObject({ code: 0, stdout: expect.stringContaining('Stopping'), stderr: '' });
  expect(readdirSync(data).filter((name) => !/^pg18(\.log|\.password)?$/.test(name))).toEqual([]);
});

/** The processes whose command line has this in it. */
const processesOf = (part: string) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(part))
    .map(Number);

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended
  }
}

test.each(['dev', 'dev --once'])('Ctrl-C while initdb takes long: %s', async (line) => {
  const cwd = temporaryFolder();
  const dev = start(line.split(' '), { cwd, detached: true });
  onTestFinished(() => void dev.kill('SIGKILL'));
  const initdb = () => processesOf(`--pgdata=${cwd}`).filter((pid) => pid !== dev.pid);
  await expect.poll(() => initdb().length, { interval: 5 }).toBe(1);
  process.kill(initdb()[0] as number, 'SIGSTOP');
  pressCtrlC(dev);
  expect(await dev.ran).toMatchObject({ code: line.includes('--once') ? 130 : 0, stderr: '' });
  expect(initdb()).toEqual([]);
  expect(readdirSync(cwd, { recursive: true }).filter((name) => String(name).includes('initdb'))).toEqual([]);
});

test('Ctrl-C while a migration takes long', async () => {
  const cwd = temporaryFolder();
  const data = join(cwd, '.pgtaskqueue');
  const prepared = await startEmbedded({ dir: data, port: 0 });
  await createDatabase(prepared.url, 'pgtaskqueue');
  await queryAt(
    prepared.urlFor('pgtaskqueue'),
    `create function public.wait() returns event_trigger language plpgsql as 'begin perform pg_sleep(600); end';
     create event trigger wait on ddl_command_start execute function public.wait()`,
  );
  await prepared.stop();
  const dev = startDev(cwd, { detached: true });
  const url = () => JSON.parse(readFileSync(join(data, 'pg18.json'), 'utf8')).url;
  const waiting = `select from pg_stat_activity where wait_event = 'PgSleep'`;
  await expect.poll(async () => (await queryAt(url(), waiting)).rowCount, { interval: 20 }).toBe(1);
  pressCtrlC(dev);
  expect(await dev.ran).toMatchObject({ code: 0, stderr: '' });
});

test('Ctrl-C once it runs, pressed twice in haste', async () => {
  const dev = startDev(temporaryFolder(), { detached: true });
  await printed(dev, /Ctrl-C stops everything/);
  pressCtrlC(dev);
  pressCtrlC(dev);
  expect(await dev.ran).toMatchObject({ code: 0, stderr: '' });
});

test('a dev that is started while another closes has a PostgreSQL of its own', async () => {
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
