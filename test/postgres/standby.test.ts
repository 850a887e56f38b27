// Everything that writes rejects a server that cannot write, says why, and retries; among several hosts, the one that
// can write is found.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { TaskQueues, TransientError } from '../../src/index.ts';
import { CannotWrite } from '../../src/postgres/cannot-write.ts';
import { connectionConfig } from '../../src/postgres/connection-settings.ts';
import { PinnedSession } from '../../src/postgres/pinned-session.ts';
import { openDirectPool, openPool } from '../../src/postgres/pools.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { createServer } from '../../src/server/server.ts';
import { PullWorker } from '../../src/worker.ts';
import { run, start } from '../cli/command.ts';
import { queryAt } from '../support/bare-database.ts';
import { eventually } from '../support/eventually.ts';
import { type Pair, startPair } from '../support/pair.ts';
import { openRoute } from '../support/route.ts';

let pair: Pair;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  pair = await startPair({ synchronous: false });
  await queryAt(pair.primary, `select taskqueue.create_queue('pull', mode => 'pull')`);
});
afterAll(() => pair?.close());
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const SAYS_WHY = /cannot write: it is a hot standby/;
const add = (url: string) => queryAt(pair.primary, `select taskqueue.add(url => '${url}', transactional => false)`);

/** Starts a dispatcher that delivers to a list; returns the list and its warnings. */
async function dispatcherAt(database: string) {
  const delivered: string[] = [];
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (_: string, fields?: { error?: unknown }) => warnings.push(fields?.error) };
  const target = (request: Request) => {
    delivered.push(new URL(request.url).pathname);
    return new Response();
  };
  const dispatcher = new Dispatcher({ database, targets: { default: target }, logger, pollSeconds: 0.1 });
  closing.push(() => dispatcher.stop({ deadlineSeconds: 1 }));
  await dispatcher.start();
  return { delivered, warnings };
}

describe('a hot standby is rejected', () => {
  test('by sessions and pools', async () => {
    const config = connectionConfig(pair.standby, 'test');
    await expect(PinnedSession.open(config, () => {})).rejects.toThrow(SAYS_WHY);
    for (const open of [openPool, openDirectPool]) {
      const pool = open(config, 1, silentLogger);
      await expect(pool.query('select 1')).rejects.toThrow(CannotWrite);
      await pool.end();
    }
  });

  test('by adds, leases and migrations', async () => {
    const queues = new TaskQueues({ database: pair.standby });
    closing.push(() => queues.close());
    const lease = () => queues.queue('pull').leaseTasks({ leaseSeconds: 1, maxTasks: 1 });
    for (const refused of [() => queues.add({}), lease]) {
      const error = await refused().catch((thrown) => thrown);
      expect(error).toBeInstanceOf(TransientError);
      expect(error).toMatchObject({ message: expect.stringMatching(SAYS_WHY), sent: false });
    }
    await expect(migrate(pair.standby)).rejects.toThrow(SAYS_WHY);
  });

  test('by workers, which log it and retry', async () => {
    const trouble: string[] = [];
    const worker = new PullWorker({
      ...{ database: pair.standby, queue: 'pull', handler: () => {} },
      hooks: { trouble: (error) => trouble.push(String(error)) },
    });
    await worker.start();
    await eventually(() => expect(trouble.length).toBeGreaterThan(1));
    expect(trouble[0]).toMatch(SAYS_WHY);
    await worker.stop();
  });

  test('by serve, with exit code 75, and by doctor, with 1', async () => {
    const env = { DATABASE_URL: pair.standby };
    const [serve, doctor] = await Promise.all([run(['serve', '--port', '0'], { env }), run(['doctor'], { env })]);
    expect([serve.code, serve.stderr]).toEqual([75, expect.stringMatching(SAYS_WHY)]);
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(SAYS_WHY)]);
  });

  test('but read-only commands work', async () => {
    const { code, stdout } = await run(['queues', 'list'], { env: { DATABASE_URL: pair.standby } });
    expect([code, stdout]).toEqual([0, expect.stringContaining('pull')]);
  });
});

test('a dispatcher redirected to a standby takes no lock there, says so, and works again when redirected to the primary', async () => {
  const route = await openRoute(pair.primary);
  closing.push(() => route.close());
  const { delivered, warnings } = await dispatcherAt(route.url);
  await add('/before');
  await eventually(() => expect(delivered).toEqual(['/before']));
  route.leadTo(pair.standby);
  route.cut();
  await add('/meanwhile');
  await eventually(() => expect(warnings.some((error) => SAYS_WHY.test(String(error)))).toBe(true));
  route.leadTo(pair.primary);
  await eventually(() => expect(delivered).toEqual(['/before', '/meanwhile']));
});

test('a server redirected to a standby is not ready, and is ready again when redirected to the primary', async () => {
  const route = await openRoute(pair.primary);
  closing.push(() => route.close());
  const server = createServer({ database: route.url, port: 0, logger: silentLogger });
  closing.push(() => server.stop());
  await server.start();
  const ready = async () => {
    const answer = await fetch(`${server.url}/readyz`);
    return [answer.status, ((await answer.json()) as { detail?: string }).detail];
  };
  expect((await ready())[0]).toBe(200);
  route.leadTo(pair.standby);
  route.cut();
  expect(await ready()).toEqual([503, 'the database is read-only or a standby']);
  route.leadTo(pair.primary);
  expect((await ready())[0]).toBe(200);
});

test('a server that becomes read-only is not used until it can write again', async () => {
  const { delivered, warnings } = await dispatcherAt(pair.primary);
  const queues = new TaskQueues({ database: pair.primary });
  closing.push(() => queues.close());
  await queues.add({ url: '/first' });
  await eventually(() => expect(delivered).toContain('/first'));
  const set = async (value: string) => {
    await queryAt(pair.primary, `alter system set default_transaction_read_only = ${value}`);
    await queryAt(pair.primary, 'select pg_reload_conf()');
  };
  closing.push(() => set('off'));
  await set('on');
  const said = () => warnings.map(String).join();
  await eventually(() => expect(said()).toContain('default_transaction_read_only')); // although nothing is due
  const error = await queues.add({ url: '/refused' }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(TransientError);
  expect(String(error)).toContain('the server cannot write');
  await set('off');
  await eventually(() => queues.add({ url: '/again' }));
  await eventually(() => expect(delivered).toContain('/again'));
  expect(delivered).not.toContain('/refused');
});

describe('of several hosts', () => {
  const dead = () => pair.both.replace('@', '@127.0.0.1:1,');

  test('the primary is found by libraries', async () => {
    const queues = new TaskQueues({ database: dead() });
    closing.push(() => queues.close());
    expect((await queues.add({ url: '/by-hosts' })).wasEnqueued).toBe(true);
    await migrate(`${pair.both}?target_session_attrs=read-write`);
    const { delivered } = await dispatcherAt(pair.both);
    await eventually(() => expect(delivered).toContain('/by-hosts'));
  });

  test('the primary is found by commands, also by libpq’s variables', async () => {
    const { hostname, port, username, password, pathname } = new URL(pair.primary);
    const [other, host] = [pair.standby, pair.primary].map((url) => decodeURIComponent(new URL(url).hostname));
    const variables = {
      PGHOST: `${other},${host}`,
      PGPORT: `5432,${port || 5432}`,
      PGUSER: username,
      PGPASSWORD: password,
      PGDATABASE: pathname.slice(1),
      PGTARGETSESSIONATTRS: 'primary',
    };
    expect(hostname).not.toBe('');
    for (const env of [{ DATABASE_URL: dead() }, variables]) {
      const { code, stdout } = await run(['doctor'], { env });
      expect(stdout).toContain('ok    server: it can write');
      expect(code).toBe(1); // no dispatcher is connected
    }
  });

  test('serve starts, and stays ready', async () => {
    const child = start(['serve', '--port', '0', '--json'], { env: { DATABASE_URL: pair.both } });
    closing.push(() => child.kill('SIGKILL'));
    let shown = '';
    child.stdout?.on('data', (chunk) => (shown += chunk));
    const url = await eventually(() => JSON.parse(shown).url);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test('if none can write, the error says why for each', async () => {
    const only = dead().replace(`,${new URL(pair.primary).host}`, '');
    const queues = new TaskQueues({ database: only });
    closing.push(() => queues.close());
    await expect(queues.add({})).rejects.toThrow(/127\.0\.0\.1:1: .*ECONNREFUSED.*it is a hot standby/);
  });

  test.each(['standby', 'read-only', 'prefer-standby'])('target_session_attrs=%s is rejected', async (wanted) => {
    const { code, stderr } = await run(['doctor'], {
      env: { DATABASE_URL: `${pair.both}?target_session_attrs=${wanted}` },
    });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('target_session_attrs must be any, read-write or primary'),
    ]);
  });
});
