// Every command and snippet of the README is run, in order, on one database.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from './support/db.ts';
import { libpq } from './support/libpq.ts';
import { value } from './support/sql.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const db = useDatabase();
const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = ''], at) => ({
  language,
  text,
  title: `${at + 1}. ${language}: ${text.split('\n').find((line) => line.trim() && !line.startsWith('import'))}`,
}));

// A folder outside of the repository, as an application's would be, that finds the same packages.
let folder: string;
/** The README's ports to free ones. */
const ports = new Map<string, number>();
beforeAll(async () => {
  for (const port of ['3000', '3001']) ports.set(port, await freePort());
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'readme-'));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  fs.writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
});
const servers: ChildProcess[] = []; // those that blocks have started, for the blocks after them
afterAll(async () => {
  for (const server of servers) server.kill();
  fs.rmSync(folder, { recursive: true, force: true });
  await db.pool.query('drop owned by app; drop role app; drop owned by queue_server; drop role queue_server');
});

const secrets: Record<string, string> = {}; // what blocks export
const environment = () => ({ ...process.env, ...secrets, DATABASE_URL: db.url, NO_COLOR: '1', NODE_NO_WARNINGS: '1' });

describe('README', () => {
  test.each(blocks)('$title', { timeout: 60_000 }, async ({ language, text }) => {
    const run = { sql: runSql, ts: runTypeScript, sh: runShell, python: runPython, yaml: writeConfigFile }[language];
    expect(run, `no way to run a block of ${language}`).toBeDefined();
    await run?.(text);
  });

  test('did what it says', async () => {
    expect(await value(db.pool, 'select array_agg(item || confirmed order by item) from orders')).toEqual([
      'caketrue',
      'coffeetrue',
      'teatrue',
    ]);
    expect(await value(db.pool, `select tasks from taskqueue.queues where name = 'reports'`)).toBe('0');
    expect(await value(db.pool, `select count(*)::integer from taskqueue.tasks where url like '%deferred'`)).toBe(0);
    expect(await value(db.pool, `select rate from taskqueue.queues where name = 'mail'`)).toBe('100/s');
  });
});

async function writeConfigFile(text: string): Promise<void> {
  fs.writeFileSync(path.join(folder, text.startsWith('cron:') ? 'cron.yaml' : 'queue.yaml'), text);
}

async function runSql(text: string): Promise<void> {
  await db.pool.query(text);
}

/** With Debian's Python, to which its packages of drivers belong. */
async function runPython(text: string): Promise<void> {
  const python = '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import psycopg']).status !== 0) {
    console.warn('skipped: the snippet in Python, because python3-psycopg is not installed');
    return;
  }
  await promisify(execFile)(python, ['-c', text], { env: { ...environment(), ...libpq(db.url) } });
}

async function runTypeScript(text: string): Promise<void> {
  const file = path.join(folder, 'snippet.ts');
  const doors = withFreePorts(text).replace(
    /from 'pgtaskqueue(?:\/(\w+))?'/g,
    (_, door = 'index') => `from '${ROOT}/src/${door}.ts'`,
  );
  fs.writeFileSync(file, doors);
  if (text.includes('listening on')) return serveOn(file);
  if (!text.includes('SIGTERM')) {
    await promisify(execFile)(process.execPath, [file], { cwd: folder, env: environment(), timeout: 30_000 });
    return;
  }
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let seen = '';
  for await (const chunk of child.stdout) {
    seen += chunk;
    if (!child.killed && (seen.match(/confirmed by task/g) ?? []).length === 3) child.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
}

/** Starts a handler, and leaves it running. */
async function serveOn(file: string): Promise<void> {
  const own = file.replace('snippet', `server-${servers.length}`);
  fs.renameSync(file, own);
  const child = spawn(process.execPath, [own], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => String(chunk).includes('listening on') && resolve());
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it listened`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const withFreePorts = (text: string) => text.replace(/\b300[01]\b/g, (port) => String(ports.get(port)));

async function runShell(text: string): Promise<void> {
  for (const line of withFreePorts(text).trim().split('\n')) await runCommand(line);
}

async function runCommand(line: string): Promise<void> {
  const [, variable, command] = line.match(/^export (\w+)=\$\(npm run --silent pgtaskqueue -- (.*)\)$/) ?? [];
  if (variable && command) {
    const { stdout } = await promisify(execFile)(process.execPath, [`${ROOT}/src/main.ts`, ...command.split(' ')]);
    secrets[variable] = stdout.trim();
    return;
  }
  const [, script] = line.match(/^npm (?:run )?(\w+)/) ?? [];
  if (script) expect(manifest.scripts, `package.json has no script ${script}`).toHaveProperty(script);
  const ours = line.match(/^npm run pgtaskqueue -- (.*)$/)?.[1];
  if (ours?.startsWith('serve')) return serveAndStop(ours);
  if (ours) {
    const command = `exec "${process.execPath}" "${ROOT}/src/main.ts" ${ours}`;
    const options = { cwd: folder, env: environment(), timeout: 60_000 };
    await promisify(execFile)('/bin/sh', ['-c', command], options).catch(({ message, stdout }) => {
      throw new Error(`${message}\n${stdout}`);
    });
  } else if (line.endsWith(' docker compose up')) {
    const compose = composeCommand().join(' ');
    if (!compose) return console.log('skipped docker compose: it is not here');
    const checked = line.replace('docker compose up', `${compose} config`);
    const { status, stderr } = spawnSync('/bin/sh', ['-c', checked], { cwd: ROOT, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  } else {
    expect(['npm start', 'npm test']).toContain(line); // each has tests of its own, and runs this one
  }
}

/** Docker's own, or the older program of the same language. */
function composeCommand(): string[] {
  const works = ([command = '', ...args]: string[]) => spawnSync(command, [...args, 'version']).status === 0;
  return [['docker', 'compose'], ['docker-compose']].find(works) ?? [];
}

async function serveAndStop(ours: string): Promise<void> {
  const args = [`${ROOT}/src/main.ts`, ...ours.split(' '), '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  for await (const chunk of child.stdout) {
    said += chunk;
    const url = said.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
    if (!url || child.killed) continue;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
  }
  expect(await ended, said).toBe(0);
}
