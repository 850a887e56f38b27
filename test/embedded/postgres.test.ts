import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { runningEmbedded } from '../../src/embedded/state-file.ts';
import { queryAt } from '../support/bare-database.ts';
import { temporaryFolder } from '../support/folder.ts';

type Options = Partial<EmbeddedOptions> & { dir: string };

async function start(options: Options): Promise<EmbeddedServer> {
  const server = await startEmbedded({ port: null, ephemeral: true, ...options });
  onTestFinished(() => server.stop());
  return server;
}

/** Starts a server from a separate process, which can be killed without killing the tests. */
async function startElsewhere(options: Options) {
  const module = path.resolve(import.meta.dirname, '../../src/embedded/postgres.ts');
  const program = `import { startEmbedded } from ${JSON.stringify(module)};
    const { url, pid, joined } = await startEmbedded(${JSON.stringify({ port: null, ephemeral: true, ...options })});
    console.log(JSON.stringify({ url, pid, joined }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const started = JSON.parse(line) as { url: string; pid: number; joined: boolean };
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (!started.joined) await expect.poll(() => isAlive(started.pid)).toBe(false);
  });
  return { child, ...started };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

describe('one server', () => {
  test('data survives a restart', async () => {
    const dir = temporaryFolder();
    const first = await start({ dir });
    await createDatabase(first.url, 'shop');
    await createDatabase(first.url, 'shop');
    await queryAt(first.urlFor('shop'), `create table orders as select 7 as id`);
    await first.stop();
    const second = await start({ dir });
    expect(second.joined).toBe(false);
    expect((await queryAt(second.urlFor('shop'), 'select id from orders')).rows).toEqual([{ id: 7 }]);
  });

  test('stopping ends it even with open connections, and stopping twice is harmless', async () => {
    const server = await start({ dir: temporaryFolder() });
    const sleeper = queryAt(server.url, 'select pg_sleep(60)').catch((error) => error.code);
    await expect
      .poll(() =>
        queryAt(server.url, `select from pg_stat_activity where wait_event = 'PgSleep'`).then((r) => r.rowCount),
      )
      .toBe(1);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    expect(await sleeper).toBe('57P01');
    await server.stop();
  });

  test('a start waits for one that is about to stop', async () => {
    const dir = temporaryFolder();
    const first = await start({ dir });
    await first.retire();
    expect(await runningEmbedded(dir)).toBeUndefined();
    const second = start({ dir });
    expect((await queryAt(first.url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
    await first.stop();
    expect((await second).joined).toBe(false);
  });

  test('a start waits for a PostgreSQL whose process was killed, and does not join it', async () => {
    const dir = temporaryFolder();
    const { child, pid } = await startElsewhere({ dir });
    process.kill(pid, 'SIGSTOP'); // it ends only later, as one does that has much to write
    child.kill('SIGKILL');
    await once(child, 'exit');
    const second = start({ dir });
    process.kill(pid, 'SIGCONT');
    expect((await second).joined).toBe(false);
    expect(isAlive(pid)).toBe(false);
  });

  test.each(['/proc/pgtaskqueue', '/proc/pgtaskqueue/below', '/dev/null', '/dev/null/below'])(
    'a folder that cannot be made is an error that names it: %s',
    async (dir) => {
      await expect(startEmbedded({ dir, port: null })).rejects.toThrow(`the folder ${dir} could not be created`);
    },
  );

  test('only the owner can read the password and the data', async () => {
    const dir = temporaryFolder();
    const server = await start({ dir });
    for (const name of ['pg18.json', 'pg18.password', 'pg18.log']) {
      expect([name, fs.statSync(path.join(dir, name)).mode & 0o077]).toEqual([name, 0]);
    }
    expect(fs.statSync(server.data).mode & 0o077).toBe(0);
    await expect(queryAt(server.url.replace(/postgres:[^@]*@/, 'postgres:guess@'), 'select 1')).rejects.toThrow(
      'password',
    );
  });

  test('the data can be in a folder with a long path', async () => {
    const dir = path.join(temporaryFolder(), 'long'.repeat(40));
    const { url } = await start({ dir });
    expect((await queryAt(url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('the error of a failed start contains PostgreSQL’s output', async () => {
    const settings = { shared_buffers: 'nonsense' };
    const failed = startEmbedded({ dir: temporaryFolder(), port: null, ephemeral: true, settings });
    await expect(failed).rejects.toThrow(/did not start.*invalid value for parameter "shared_buffers"/s);
  });
});

describe('ports', () => {
  test('if the port is busy, the URL has another one', async () => {
    const stranger = net.createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as net.AddressInfo;
    const dir = temporaryFolder();
    const server = await start({ dir, port });
    expect(new URL(server.url)).toMatchObject({ hostname: '127.0.0.1' });
    expect(Number(new URL(server.url).port)).not.toBe(port);
    expect((await queryAt(server.url, 'show listen_addresses')).rows).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await runningEmbedded(dir)).toBe(server.url);
  });

  test('a server without a port listens on no address', async () => {
    const { url } = await start({ dir: temporaryFolder() });
    expect((await queryAt(url, 'show listen_addresses')).rows).toEqual([{ listen_addresses: '' }]);
  });
});

describe('several processes', () => {
  test('a second start on the same data joins the first, and leaves it running', async () => {
    const dir = temporaryFolder();
    const first = await start({ dir });
    const second = await startEmbedded({ dir, port: null, ephemeral: true });
    expect({ joined: second.joined, url: second.url, pid: second.pid }).toEqual({
      joined: true,
      url: first.url,
      pid: first.pid,
    });
    await second.stop();
    expect((await queryAt(first.url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('two concurrent first starts make one server', async () => {
    const dir = temporaryFolder();
    const servers = await Promise.all([startElsewhere({ dir }), startElsewhere({ dir })]);
    expect(servers.map(({ joined }) => joined).sort()).toEqual([false, true]);
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
  });

  test('a process killed with SIGKILL leaves no PostgreSQL behind, and the next start has the data', async () => {
    const dir = temporaryFolder();
    const { child, url, pid } = await startElsewhere({ dir });
    await queryAt(url, 'create table kept ()');
    expect(await runningEmbedded(dir, 'shop')).toBe(url.replace(/postgres$/, 'shop'));
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    await expect.poll(() => fs.existsSync(decodeURIComponent(new URL(url).host.replace(/:\d+$/, '')))).toBe(false);
    expect(await runningEmbedded(dir)).toBeUndefined();
    const next = await start({ dir });
    expect(next.joined).toBe(false);
    await queryAt(next.url, 'select from kept');
  });

  test('a killed PostgreSQL is recovered by the next start', async () => {
    const dir = temporaryFolder();
    const { child, url, pid } = await startElsewhere({ dir, ephemeral: false });
    await queryAt(url, 'create table kept ()');
    process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    const next = await start({ dir });
    await queryAt(next.url, 'select from kept');
  });

  test('a first start that was killed half-way is cleaned up', async () => {
    const dir = temporaryFolder();
    fs.mkdirSync(path.join(dir, 'pg18-initdb-x/data'), { recursive: true });
    fs.writeFileSync(path.join(dir, 'pg18.password'), 'of a server that never was');
    fs.writeFileSync(path.join(dir, 'pg18.lock'), '');
    fs.utimesSync(path.join(dir, 'pg18.lock'), 0, 0);
    const { url } = await start({ dir });
    expect((await queryAt(url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

test('no server is running on a folder that does not exist', async () => {
  expect(await runningEmbedded(path.join(temporaryFolder(), 'absent'))).toBeUndefined();
});
