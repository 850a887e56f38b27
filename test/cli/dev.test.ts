import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { fakeTarget } from '../../src/testing/fake-target.ts';
import { printed, type Ran, run, start } from './command.ts';

// Every part is real: an embedded PostgreSQL in a folder of this file, the server, the sample application, HTTP.

interface Dev {
  url: string;
  database: string;
  sample: string;
  joined: boolean;
  pid: number;
  ran: Promise<Ran>;
  /** Ends it with the signal; resolves with the exit code and how long that took. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null }>;
}

let cwd: string;
const running = new Set<Dev>();

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dev-'));
  chmodSync(cwd, 0o755); // PostgreSQL runs as another user when the tests run as root
});
afterEach(async () => {
  for (const dev of running) await dev.end('SIGKILL');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function startDev(...args: string[]): Promise<Dev> {
  const child = start(['dev', '--demo', '--json', ...args], { cwd });
  const addresses = await new Promise<object>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      if (!text.endsWith('}\n')) return;
      const document = JSON.parse(text);
      if ('joined' in document) resolve(document);
      else reject(new Error(`dev failed: ${text}`));
    });
    void child.ran.then(({ code, stderr }) => reject(new Error(`dev ended with ${code}: ${stderr}`)));
  });
  const dev: Dev = {
    ...(addresses as Pick<Dev, 'url' | 'database' | 'sample' | 'joined'>),
    pid: child.pid as number,
    ran: child.ran,
    async end(signal) {
      child.kill(signal);
      const { code } = await child.ran;
      running.delete(dev);
      return { code };
    },
  };
  running.add(dev);
  return dev;
}

const placeOrder = (dev: Dev, item: string) =>
  fetch(`${dev.sample}/orders`, {
    method: 'POST',
    body: new URLSearchParams({ item }),
    headers: { origin: dev.sample },
    redirect: 'manual',
  });
const page = async (dev: Dev) => (await fetch(dev.sample)).text();

const publishedKeys = async (dev: Dev) => (await (await fetch(`${dev.url}/jwks`)).json()) as { keys: object[] };

function postmaster(): number {
  const { data } = JSON.parse(readFileSync(join(cwd, '.pgtaskqueue', 'pg18.json'), 'utf8'));
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('an order is placed, its task delivered, and all of it is there after a restart', async () => {
  const first = await startDev();
  expect(first.joined).toBe(false);
  expect((await placeOrder(first, 'A <b>bold</b> tea')).status).toBe(303);
  await expect.poll(() => page(first)).toContain('✓ confirmed');
  expect(await page(first)).toContain('A &lt;b&gt;bold&lt;/b&gt; tea');
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  const published = await publishedKeys(first);
  expect(published.keys).toHaveLength(1);
  expect(statSync(join(cwd, '.pgtaskqueue', 'id-token.pem')).mode & 0o077).toBe(0);

  const postgres = postmaster();
  const { code } = await first.end('SIGINT');
  expect([code, lives(postgres)]).toEqual([0, false]);
  expect(existsSync(join(cwd, '.pgtaskqueue', 'dev.json'))).toBe(false);

  const second = await startDev();
  expect(await page(second)).toContain('✓ confirmed');
  expect(await publishedKeys(second)).toEqual(published);
  expect((await second.end('SIGTERM')).code).toBe(0);
});

test('tasks may name handlers on this machine', async () => {
  const target = await fakeTarget();
  onTestFinished(() => target.close());
  const dev = await startDev();
  const client = new pg.Client(dev.database);
  await client.connect();
  for (const host of ['localhost', '127.0.0.1']) {
    const url = `${target.url.replace('127.0.0.1', host)}/${host}`;
    await client.query('select taskqueue.add(url => $1, transactional => false)', [url]);
  }
  await client.end();
  await expect.poll(() => target.requests.map(({ url }) => url).sort()).toEqual(['/127.0.0.1', '/localhost']);
  expect((await dev.end('SIGTERM')).code).toBe(0);
});

test('what it prints can be tried: the connection, the line of SQL, the command', async () => {
  const child = start(['dev', '--demo'], { cwd });
  let shown = '';
  child.stdout?.on('data', (chunk) => {
    shown += chunk;
  });
  await expect.poll(() => shown).toContain('Ctrl-C stops everything');
  const database = /psql '(.*)'/.exec(shown)?.[1];
  const statement = /^ +(select .*;)$/m.exec(shown)?.[1] as string;
  const client = new pg.Client(database);
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  await expect
    .poll(() => shown)
    .toContain(`task ${rows[0].name} of queue orders → POST /tasks/hello 200 hello from psql`);
  const listed = await run(['queues', 'list'], { cwd });
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('orders') });

  child.kill('SIGINT');
  expect((await child.ran).code).toBe(0);
});

test('--no-auto-run: a task waits until it is run, by the command or by SQL', async () => {
  const dev = await startDev('--no-auto-run', '--ignore-rates', '--no-retries');
  const sql = async (text: string, ...values: unknown[]) => {
    const client = new pg.Client(dev.database);
    await client.connect();
    const { rows } = await client.query(text, values);
    await client.end();
    return rows;
  };
  const add = (name: string) =>
    sql(`select from taskqueue.add('orders', '/tasks/x', name => $1, transactional => false)`, name);
  await add('by-sql');
  await add('by-command');
  const waiting = () =>
    sql(`select name from taskqueue.tasks where queue = 'orders' and name like 'by-%' order by name`);
  expect((await run(['tasks', 'run', 'by-command', '--queue', 'orders'], { cwd })).code).toBe(0);
  await expect.poll(waiting).toEqual([{ name: 'by-sql' }]); // it was due first, and is still there
  await sql(`select taskqueue.run_task('orders', 'by-sql')`);
  await expect.poll(waiting).toEqual([]);
  expect((await dev.end('SIGINT')).code).toBe(0);
});

test('--forget-names: a deleted or purged task leaves its name free, any other until the next start', async () => {
  const dev = await startDev('--forget-names', '--no-auto-run');
  const sql = async ({ database }: Dev, text: string) => {
    const client = new pg.Client(database);
    await client.connect();
    return client.query(text).finally(() => client.end());
  };
  const add = (name: string, to = dev) =>
    sql(to, `select from taskqueue.add('orders', '/tasks/x', name => '${name}', transactional => false)`).then(
      () => 'added',
      ({ code }) => code as string,
    );
  const again = async (name: string, ...act: string[]) => {
    expect(await add(name)).toBe('added');
    expect((await run(act, { cwd })).code).toBe(0);
    return add(name);
  };
  expect(await again('deleted', 'tasks', 'delete', 'deleted', '--queue', 'orders')).toBe('added');
  expect(await again('purged', 'queues', 'purge', 'orders', '--yes')).toBe('added');
  expect(await add('purged')).toBe('TQ010');
  await sql(
    dev,
    `select taskqueue.complete_tasks('orders', array_agg(t.id), array_agg(t.lease_token)) from taskqueue.claim_tasks('orders', 100) as t`,
  );
  expect(await add('purged')).toBe('TQ011');
  expect((await dev.end('SIGINT')).code).toBe(0);

  const next = await startDev('--forget-names', '--no-auto-run');
  expect(await add('purged', next)).toBe('added');
});

test('--ephemeral: it begins with an empty database, which is gone after it', async () => {
  const lasting = await startDev();
  await placeOrder(lasting, 'Kept tea');
  const passing = await startDev('--ephemeral');
  expect(await page(passing)).not.toContain('Kept tea');
  await placeOrder(passing, 'Passing tea');
  await expect.poll(() => page(passing)).toMatch(/Passing tea<\/td>\s*<td>done/);
  expect(await page(lasting)).not.toContain('Passing tea');
  expect((await passing.end('SIGINT')).code).toBe(0);

  const next = await startDev('--ephemeral');
  expect(await page(next)).not.toContain('Passing tea');
  const client = new pg.Client(next.database);
  await client.connect();
  const { rows } = await client.query("select datname from pg_database where datname like 'pgtaskqueue_temporary%'");
  await client.end();
  expect(rows).toEqual([{ datname: new URL(next.database).pathname.slice(1) }]);
});

test('a second start joins the PostgreSQL and moves off the busy ports', async () => {
  const first = await startDev();
  const second = await startDev();
  expect(second.joined).toBe(true);
  expect(new URL(second.database).port).toBe(new URL(first.database).port);
  expect(new Set([first.url, first.sample, second.url, second.sample]).size).toBe(4);

  await placeOrder(second, 'Shared tea');
  await expect.poll(() => page(first)).toMatch(/Shared tea<\/td>\s*<td>done/);
  expect(await second.end('SIGINT')).toMatchObject({ code: 0 });

  await placeOrder(first, 'Lonely tea');
  await expect.poll(() => page(first)).toMatch(/Lonely tea<\/td>\s*<td>done/);
  expect((await run(['queues', 'list'], { cwd })).code).toBe(0);

  // The demonstration has a database of its own and leaves nothing behind, also when it is interrupted.
  const interrupted = start(['dev', '--demo', '--once'], { cwd });
  await printed(interrupted, /2\. An order/);
  interrupted.kill('SIGINT');
  expect((await interrupted.ran).code).toBe(130);
  const played = await run(['dev', '--demo', '--once'], { cwd });
  expect(played).toMatchObject({ code: 0, stdout: expect.stringMatching(/\n\d\d passed, 0 failed\n$/) });
  const client = new pg.Client(first.database);
  await client.connect();
  const { rows } = await client.query("select datname from pg_database where datname like 'passing%'");
  await client.end();
  expect(rows).toEqual([]);
});

test('killed outright, it leaves no PostgreSQL behind, and starts again', async () => {
  const first = await startDev();
  const postgres = postmaster();
  expect(lives(postgres)).toBe(true);
  await first.end('SIGKILL');
  await expect.poll(() => lives(postgres)).toBe(false);
  expect((await run(['queues', 'list'], { cwd })).code).toBe(2);
  expect((await startDev()).joined).toBe(false);
});

test('a port that is asked for and busy is moved off', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => busy.once('listening', resolve));
  const { port } = busy.address() as { port: number };
  const dev = await startDev('--port', String(port), '--data-dir', 'elsewhere');
  expect(Number(new URL(dev.url).port)).toBeGreaterThan(port);
  expect((await fetch(`${dev.url}/healthz`)).status).toBe(200);
  expect(readdirSync(join(cwd, 'elsewhere'))).toContain('dev.json');
  expect(statSync(join(cwd, 'elsewhere', 'dev.json')).mode & 0o077).toBe(0);
  busy.close();
});

test('the demonstration says as one document what it saw', async () => {
  const { code, stdout } = await run(['dev', '--once', '--json'], { cwd });
  const { passed, failed, checks } = JSON.parse(stdout);
  expect([code, failed, passed]).toEqual([0, 0, checks.length]);
  expect(new Set(checks.map(({ scenario }: { scenario: string }) => scenario)).size).toBe(11);
});
