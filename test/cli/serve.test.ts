import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { openRoute } from '../support/route.ts';
import { type CommandOptions, printed, run, start } from './command.ts';

const database = useDatabase();
const env = (more: Record<string, string> = {}): CommandOptions => ({ env: { DATABASE_URL: database.url, ...more } });

async function serve(args: string[], options: CommandOptions) {
  const child = start(['serve', '--port', '0', ...args], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  const shown = await printed(child, /http:\/\/\S+:\d+/);
  return { child, shown, url: /http:\/\/\S+:\d+/.exec(shown)?.[0] as string };
}

test('it says where it is and who may call, works, and ends well at Ctrl-C', async () => {
  const { child, shown, url } = await serve([], env());
  expect(shown).toMatch(/^Serving postgresql:\/\/.* at http:\/\/127\.0\.0\.1:\d+ \(loopback only, no token\)/);
  expect(shown).not.toContain(new URL(database.url).password || 'no password');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const since = performance.now();
  child.kill('SIGINT');
  child.kill('SIGINT'); // npm and the terminal both pass one key press on
  const { code, stderr } = await child.ran;
  expect([code, stderr]).toEqual([0, expect.stringContaining('Stopping …')]);
  expect(performance.now() - since).toBeLessThan(30_000);
});

test('a second Ctrl-C ends it immediately, and Ctrl-C soon after --stop-seconds, whatever a handler does', async () => {
  const { createServer } = await import('node:http');
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.closeAllConnections());
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  await database.pool.query('select taskqueue.set_target($1, $2)', ['default', `http://127.0.0.1:${port}`]);
  const busy = async () => {
    const arrived = new Promise((resolve) => silent.once('request', resolve));
    const { child } = await serve(['--stop-seconds', '3'], env());
    await database.pool.query("select taskqueue.add(url => '/never', transactional => false)");
    await arrived;
    child.kill('SIGINT');
    await printed(child, /Stopping/, 'stderr');
    return { child, since: performance.now() };
  };

  const patient = await busy();
  expect((await patient.child.ran).code).toBe(0);
  expect(performance.now() - patient.since).toBeLessThan(30_000);

  const hurried = await busy();
  await new Promise((resolve) => setTimeout(resolve, 600)); // later than the same key press could arrive twice
  hurried.child.kill('SIGINT');
  expect((await hurried.child.ran).code).toBe(130);
});

test('SIGTERM ends it soon, also while the database does not answer', async () => {
  const route = await openRoute(database.url);
  onTestFinished(() => route.close());
  await database.pool.query(`select taskqueue.purge_queue('default')`);
  const { child } = await serve([], { env: { DATABASE_URL: route.url } });
  route.freeze();
  const since = performance.now();
  child.kill('SIGTERM');
  expect((await child.ran).code).toBe(0);
  expect(performance.now() - since).toBeLessThan(30_000);
});

test('without a token it refuses any address but loopback, with 2 and a way out', async () => {
  const { code, stdout, stderr } = await run(['serve', '--host', '0.0.0.0', '--port', '0'], env());
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('PGTASKQUEUE_TOKEN');
});

test('with one it listens there, and demands it', async () => {
  const { url } = await serve(['--host', '0.0.0.0'], env({ PGTASKQUEUE_TOKEN: 'a-long-random-text' }));
  const local = url.replace('0.0.0.0', '127.0.0.1');
  expect((await fetch(local)).status).toBe(401);
  const headers = { authorization: 'Bearer a-long-random-text' };
  expect((await fetch(local, { headers })).status).toBe(200);
});

test('a database that does not answer is 75', async () => {
  const { code, stderr } = await run(['serve'], { env: { DATABASE_URL: 'postgresql://127.0.0.1:1/nothing' } });
  expect([code, stderr]).toEqual([75, expect.stringContaining('could not be reached')]);
});

test('a busy port is said in a sentence', async () => {
  const { url } = await serve([], env());
  const { code, stderr } = await run(['serve', '--port', new URL(url).port], env());
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^pgtaskqueue: port \d+ of 127\.0\.0\.1 is in use/)]);
});

test('--json says the same as a document', async () => {
  const child = start(['serve', '--port', '0', '--json'], env());
  onTestFinished(() => void child.kill('SIGKILL'));
  const document = JSON.parse(await printed(child, /\}\n$/));
  expect((await fetch(`${document.url}/healthz`)).status).toBe(200);
});

test('settings out of a file; flags and the environment go before it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serve-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'serve.yaml');
  writeFileSync(file, 'host: 127.0.0.1\nport: 1\ntoken: from-the-file\n');
  const { url, shown } = await serve(['--config', file], env());
  expect(shown).toContain('(with a token)');
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: 'Bearer from-the-file' } })).status).toBe(200);
  const other = await serve(['--config', file], env({ PGTASKQUEUE_TOKEN: 'from-outside' }));
  expect((await fetch(other.url, { headers: { authorization: 'Bearer from-outside' } })).status).toBe(200);
  writeFileSync(file, 'prot: 1\n');
  const wrong = await run(['serve', '--config', file], env());
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/^pgtaskqueue: .*serve.yaml:1:1: the file has no key 'prot': did you mean port\?\n$/),
  ]);
});

test('cells out of a file; one that is down does not stop the others', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serve-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'serve.yaml');
  const off = 'postgresql://127.0.0.1:1/nothing';
  writeFileSync(
    file,
    `cells:\n  off: { database: "${off}" }\n  eu: { database: env:DATABASE_URL }\ndefault_cell: eu\n`,
  );
  const { url, shown } = await serve(['--config', file], env());
  expect(shown).toContain('Serving cells off, eu at');
  await eventually(async () => expect((await fetch(`${url}/cells/eu/readyz`)).status).toBe(200));
  expect((await fetch(`${url}/v2/projects/p/locations/l/queues`)).status).toBe(200);
  expect((await fetch(`${url}/cells/off/readyz`)).status).toBe(503);
  const both = await run(['queues', 'list', '--database-url', off], env({ PGTASKQUEUE_CONFIG: file }));
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('cannot be used with a settings file')]);
  const list = await run(['queues', 'list', '--json'], env({ PGTASKQUEUE_CONFIG: file }));
  expect(list.code).toBe(0);
});
