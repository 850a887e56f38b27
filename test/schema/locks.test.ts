// Any role that can connect can take any advisory lock. A stranger, who has no other rights, must not be able to do
// harm with them, and is reported.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { installScheduler } from '../../src/scheduler/install.ts';
import { checkDatabase } from '../../src/schema/doctor/checkup.ts';
import { LOCKS, MIGRATION_LOCK } from '../../src/schema/locks.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { readMigrations } from '../../src/schema/migrate/migration-files.ts';
import { useDatabase } from '../support/db.ts';
import { clientOfLogin, dropLogins } from '../support/logins.ts';
import { migrationText } from '../support/releases.ts';
import { rows, value } from '../support/sql.ts';

const database = useDatabase();
let stranger: pg.Client;
let queues: { id: number; name: string }[];

beforeAll(async () => {
  for (let i = 1; i <= 8; i++) await database.pool.query(`select taskqueue.create_queue('q${i}')`);
  await database.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
  queues = await rows(database.pool, 'select id, name from taskqueue._queues order by id');
  stranger = await clientOfLogin(database.url, []);
});
afterAll(async () => {
  await stranger?.end();
  await dropLogins(database.url);
});

afterEach(letGo);

type Lock = [classId: number, key: number];

/** Every key of the register, and those of earlier releases. */
function everyLock(): Lock[] {
  const keys = [0, ...queues.map(({ id }) => id)];
  return Array.from({ length: 16 }, (_, i) => 8_123_000 + i).flatMap((number) =>
    keys.map((key): Lock => [number, key]),
  );
}

/** By session and by transaction, shared and exclusive. */
const WAYS = ['advisory_lock', 'advisory_lock_shared', 'advisory_xact_lock', 'advisory_xact_lock_shared'];

async function take(way: string, locks: Lock[]): Promise<void> {
  await stranger.query('begin');
  await stranger.query(`select pg_${way}(l.a, l.b) from unnest($1::integer[], $2::integer[]) as l(a, b)`, [
    locks.map(([a]) => a),
    locks.map(([, b]) => b),
  ]);
}

async function letGo(): Promise<void> {
  await stranger.query('rollback');
  await stranger.query('select pg_advisory_unlock_all()');
}

const dispatchers = () =>
  rows<{ pid: number; queues: string[] }>(database.pool, 'select pid, queues from taskqueue.dispatchers order by pid');

async function withDispatchers(count: number, use: (ran: Set<string>) => Promise<void>): Promise<void> {
  const ran = new Set<string>();
  const handler = (request: Request) => {
    ran.add(new URL(request.url).pathname);
    return new Response();
  };
  const started = Array.from(
    { length: count },
    () => new Dispatcher({ database: database.url, targets: { default: handler }, logger: silentLogger }),
  );
  try {
    await Promise.all(started.map((dispatcher) => dispatcher.start()));
    await use(ran);
  } finally {
    await Promise.all(started.map((dispatcher) => dispatcher.stop()));
  }
}

describe.each(WAYS)('a stranger who holds all keys by pg_%s', (way) => {
  test('except the leaders’: two dispatchers divide the queues, and tasks run', async () => {
    await take(
      way,
      everyLock().filter(([number]) => number !== LOCKS.leader),
    );
    await withDispatchers(2, async (ran) => {
      const count = await value<number>(database.pool, 'select count(*)::integer from taskqueue.queues');
      await expect
        .poll(async () => (await dispatchers()).map((each) => each.queues.length).sort())
        .toEqual([Math.floor(count / 2), Math.ceil(count / 2)]);
      for (const { name } of queues.filter((queue) => queue.name !== 'pull'))
        await database.pool.query('select taskqueue.add($1, url => $2)', [name, `/${way}/${name}`]);
      const own = () => [...ran].filter((url) => url.startsWith(`/${way}/`)).length;
      await expect.poll(own).toBe(9);
    });
  });

  test('delays nothing that must happen', async () => {
    await take(way, everyLock());
    const client = await database.client();
    await client.query(`set statement_timeout = '5s'`);
    for (const act of [
      `rotate_key('default', 'env:A')`,
      `revoke_key('default', 'env:A')`,
      `apply_queues('{"total_storage_limit": "1G", "queue": [{"name": "filed", "rate": "5/s"}]}')`,
      `apply_queues('{"queue": [{"name": "filed", "rate": "5/s"}]}')`,
      `apply_crons('{"cron": [{"url": "/a", "schedule": "every day 09:00"}]}')`,
      `apply_crons('{"cron": []}')`,
      `add('pull', payload => 'x')`,
      `lease_tasks('pull', 0.01)`,
      `begin_wait('pull')`,
      `purge_queue('q1')`,
      `maintain_queue('q1')`,
    ])
      await client.query(`select * from taskqueue.${act}`);
    expect(await value(client, 'select count(*)::integer from taskqueue.unattended_queues()')).toBeGreaterThan(9);
    await client.end();
    await installScheduler(database.url, silentLogger);
  });

  test('does not prevent the storage from being measured', async () => {
    await take(way, everyLock());
    const measured = () => value<Date>(database.pool, `select measured from taskqueue.settings`);
    await database.pool.query(
      `select taskqueue.apply_queues('{"total_storage_limit": "1G", "queue": [{"name": "filed", "rate": "5/s"}]}')`,
    );
    await database.pool.query(`select setval('taskqueue._storage_measured', 1)`);
    await database.pool.query(`select taskqueue.add(payload => 'x')`);
    expect((await measured()).getTime()).toBeGreaterThan(Date.now() - 60_000);
    await database.pool.query(`select taskqueue.apply_queues('{"queue": [{"name": "filed", "rate": "5/s"}]}')`);
  });

  test('is named by explain_task and doctor for each lock', async () => {
    await take(way, everyLock());
    const pid = await value<number>(stranger, 'select pg_backend_pid()');
    const role = await value<string>(stranger, 'select session_user::text');
    expect(await dispatchers()).toEqual([]);
    await database.pool.query(`select taskqueue.add('q1', name => 'late-${way}', transactional => false)`);
    await withDispatchers(1, async () => {
      const found = await rows<{ reason: string; detail: string; remedy: string }>(
        database.pool,
        `select reason, detail, remedy from taskqueue.explain_task('q1', 'late-${way}')`,
      );
      expect(found[0]).toMatchObject({ reason: 'dispatcher', remedy: `select pg_terminate_backend(${pid});` });
      expect(found[0]?.detail).toContain(`Session ${pid} of role ${role}`);
      expect(found.map(({ detail }) => detail).join()).not.toContain('takes it over');
      const others = found
        .filter(({ reason }) => reason === 'lock')
        .map(({ detail }) => /lock (\w+)/.exec(detail)?.[1]);
      expect([...new Set(others)]).toEqual(['bell', 'claimer', 'dispatcher', 'floor', 'waiting']);
    });
    const finding = (await checkDatabase(database.pool)).find(({ check }) => check === 'locks');
    expect(finding).toMatchObject({ level: 'fail', detail: expect.stringContaining(`session ${pid} (role ${role}`) });
    expect(finding?.sql).toContain(`pg_terminate_backend(${pid})`);
    await letGo();
    expect((await checkDatabase(database.pool)).find(({ check }) => check === 'locks')).toMatchObject({ level: 'ok' });
  });
});

test('a login with rights of its own, by inheritance or by SET ROLE, is not a stranger', async () => {
  const logins = await Promise.all([
    clientOfLogin(database.url, ['taskqueue_dispatcher']),
    clientOfLogin(database.url, ['taskqueue_dispatcher'], 'noinherit'),
    clientOfLogin(database.url, ['taskqueue_worker']),
    clientOfLogin(database.url, ['taskqueue_enqueuer']),
  ]);
  for (const login of logins) await login.query(`select pg_advisory_lock_shared(${LOCKS.dispatcher}, 0)`);
  const found = await rows<{ authorized: boolean }>(
    database.pool,
    `select l.authorized from taskqueue.locks as l join unnest($1::integer[]) with ordinality as n(pid, at) on n.pid = l.pid order by n.at`,
    [await Promise.all(logins.map((login) => value<number>(login, 'select pg_backend_pid()')))],
  );
  expect(found.map(({ authorized }) => authorized)).toEqual([true, true, false, false]);
  for (const login of logins) await login.end();
});

test('a role that adds and leases through an application’s function is not a stranger meanwhile', async () => {
  await database.pool.query(`
    create function public.order_placed() returns void language sql security definer as $$ select taskqueue.add('q1') $$`);
  const login = await clientOfLogin(database.url, []);
  await login.query('begin; select public.order_placed()');
  expect(await rows(database.pool, `select lock, authorized from taskqueue.locks where lock = 'bell'`)).toEqual([
    { lock: 'bell', authorized: true },
  ]);
  await login.query('rollback');
  await login.end();
});

describe('the register', () => {
  const NUMBER = /\b8_?123_?0\d\d\b/;
  const files = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|mjs)$/.test(file));

  test('has every number once', () => {
    const numbers = [...Object.values(LOCKS), MIGRATION_LOCK];
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test.each(['src', 'test', 'bench'])('no number occurs elsewhere in %s', (folder) => {
    const root = path.resolve(import.meta.dirname, '../..', folder);
    const found = files(root).filter((file) => NUMBER.test(readFileSync(path.join(root, file), 'utf8')));
    const allowed = { src: ['schema/locks.ts'], test: ['schema/locks.test.ts'] }[folder] ?? [];
    expect(found.map((file) => file.replaceAll(path.sep, '/'))).toEqual(allowed);
  });

  test('in the migrations, numbers occur only in _lock_class', () => {
    const { files: sqlFiles } = readMigrations();
    const found = sqlFiles.filter(({ sql }) => NUMBER.test(sql)).map(({ file }) => file);
    expect(found).toEqual(['functions/kernel/_lock_class.sql']);
  });

  test('the database has the same numbers, and names no other lock', async () => {
    const names = Object.keys(LOCKS);
    const numbers = await rows<{ name: string; number: number }>(
      database.pool,
      'select n.name, taskqueue._lock_class(n.name) as number from unnest($1::text[]) as n(name)',
      [names],
    );
    expect(Object.fromEntries(numbers.map(({ name, number }) => [name, number]))).toEqual(LOCKS);
    const text = migrationText('functions/kernel/_lock_class.sql');
    expect([...text.matchAll(/when '(\w+)' then/g)].map(([, name]) => name)).toEqual(names);
    expect([...text.matchAll(/^-- {3}(\w+) {2,}key:/gm)].map(([, name]) => name)).toEqual(names);
    for (const [, name] of sqlText().matchAll(/_lock_class\('(\w*)'\)/g)) expect(names).toContain(name);
  });

  const sqlText = () =>
    readMigrations()
      .files.map(({ sql }) => sql)
      .join('\n');

  test('the longest lease is defined in one place', () => {
    const { files: sqlFiles } = readMigrations();
    const found = sqlFiles.filter(({ sql }) => /691_?200/.test(sql)).map(({ file }) => file);
    expect(found).toEqual(['functions/kernel/_longest_lease.sql']);
  });
});

test('a migration whose lock a stranger holds names the stranger', async () => {
  await stranger.query('select pg_advisory_lock_shared($1)', [MIGRATION_LOCK]);
  const pid = await value<number>(stranger, 'select pg_backend_pid()');
  await expect(migrate(database.url)).rejects.toThrow(new RegExp(`session ${pid} .*pg_terminate_backend\\(${pid}\\)`));
});
