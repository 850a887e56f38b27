// A database that is restored from a dump, into another cluster or the same one, works from its first statement on: transaction ids, which it brings along
// in ids, names and purges, mean nothing there.

import fs from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { databaseUrl } from '../../src/embedded/state-file.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { bareDatabase, queryAt } from '../support/bare-database.ts';
import { dumpInto } from '../support/copies.ts';
import { useDatabase } from '../support/db.ts';
import { sharedFolder } from '../support/folder.ts';
import { refusalCode, row, rows, value } from '../support/sql.ts';

const source = useDatabase();
const SAME = `copy_${process.pid}`;
const clusters: EmbeddedServer[] = [];
/** What the source has when the dump sees it. */
const seen = { names: [] as string[], leased: '', proof: '' };

const NAMES = `select name from taskqueue.tasks where queue <> 'busy' order by name`;
const names = async (database: pg.Client | pg.Pool, text: string, values: unknown[] = []) =>
  (await rows<{ name: string }>(database, text, values)).map(({ name }) => name);

/** Another cluster with our roles. Only a few transactions have run there yet. */
async function cluster(): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dir: sharedFolder(), port: null, ephemeral: true });
  clusters.push(server);
  await queryAt(server.url, 'create database roles');
  await migrate(server.urlFor('roles'));
  return server;
}

/** Uses up transaction ids, until the cluster is older than another. */
async function age(url: string, beyond: number): Promise<void> {
  const use = `create temp table used (i integer);
    do $$ begin for i in 1 .. 10000 loop begin insert into used values (i); exception when others then raise; end; end loop; end $$`;
  while (Number((await queryAt(url, 'select pg_current_xact_id()::text as xid')).rows[0].xid) < beyond)
    await queryAt(url, use);
}

let held: pg.Client;

beforeAll(async () => {
  const db = source.pool;
  await age(source.url, 30_000);
  await db.query(`select taskqueue.create_queue('pull', mode => 'pull'), taskqueue.create_queue('purged', mode => 'pull'), taskqueue.create_queue('busy', mode => 'pull'), taskqueue.create_queue('leased', mode => 'pull'),
                         taskqueue.create_queue('dying', retry => '{"task_retry_limit": 0}')`);
  await db.query(`select taskqueue.apply_crons('{"cron": [{"url": "/r", "schedule": "every day 09:00"}]}')`);
  await db.query(`select taskqueue.run_cron('r')`);
  for (let i = 0; i < 40; i++) await db.query(`select taskqueue.add('pull', payload => 'p')`);
  await db.query(`select taskqueue.add('pull', payload => 'n', name => 'named', transactional => false)`);
  await db.query(`select taskqueue.add('leased', payload => 'l')`);
  const { name, lease_token } = await row<{ name: string; lease_token: string }>(
    db,
    `select * from taskqueue.lease_tasks('leased', 600)`,
  );
  Object.assign(seen, { leased: name, proof: lease_token });
  await db.query(`select taskqueue.add('pull', payload => 'n', name => 'used', transactional => false)`);
  await db.query(`select taskqueue.delete_task('pull', 'used')`);
  await db.query(`select taskqueue.add(url => '/forced', countdown => 3600)`);
  await db.query(`select taskqueue.run_task(queue, name) from taskqueue.tasks where queue = 'default'`);
  await db.query(`select taskqueue.add('dying', url => '/x', payload => 'd')`);
  await db.query(`select f.* from taskqueue.claim_tasks('dying', 1) as c,
                  taskqueue.fail_task('dying', c.id, c.lease_token, 500, 'App Error', true, false) as f`);
  for (let i = 0; i < 5; i++) await db.query(`select taskqueue.add('purged', payload => 'before')`);
  held = await source.client();
  await held.query('begin');
  await held.query(`select taskqueue.add('purged', payload => 'added before the purge, committed after it')`);
  await db.query(`select taskqueue.purge_queue('purged')`);
  await held.query('commit');
  seen.names = await names(db, NAMES);
});

afterAll(async () => {
  await queryAt(source.url, `drop database if exists ${SAME} with (force)`);
  for (const server of clusters) {
    await server.stop();
    fs.rmSync(server.data, { recursive: true, force: true });
  }
});

/** After the rows are fixed, the source goes on: tasks are added and end, and its floors rise above them. */
async function sourceGoesOn(): Promise<void> {
  await source.pool.query(`select taskqueue._set_floor(q.id, clock_timestamp()) from taskqueue._queues as q`);
}

/** Adds to the source for as long as the work takes, and gives the names of all that it has added since. */
async function underLoad(work: Promise<unknown>): Promise<string[]> {
  let done = false;
  void work.finally(() => {
    done = true;
  });
  const added: string[] = [];
  while (!done) added.push(await value(source.pool, `select name from taskqueue.add('busy', payload => 'load')`));
  await work;
  return added;
}

const places: [string, () => Promise<string>][] = [
  [
    'a younger cluster',
    async () => {
      const server = await cluster();
      await queryAt(server.url, 'create database copy');
      return server.urlFor('copy');
    },
  ],
  [
    'an older cluster',
    async () => {
      const server = await cluster();
      await age(server.url, 60_000);
      await queryAt(server.url, 'create database copy');
      return server.urlFor('copy');
    },
  ],
  [
    'a new database of the same cluster',
    async () => {
      await queryAt(source.url, `create database ${SAME}`);
      return databaseUrl(source.url, SAME);
    },
  ],
];

describe.each(places)('a dump restored into %s', (_, place) => {
  let url: string;
  const copy = async () => {
    const client = new pg.Client(url);
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  };

  let addedToSource: string[];
  beforeAll(async () => {
    url = await place();
    addedToSource = await underLoad(dumpInto(source.url, url, sourceGoesOn));
    expect(addedToSource.length).toBeGreaterThan(10);
  });

  test('the first statement may be an add of its own', async () => {
    const db = await copy();
    const first = `select name from taskqueue.add('pull', payload => 'first', name => 'first', transactional => false)`;
    expect(await value(db, first)).toBe('first');
  });

  test('it has all the tasks of the original, under their names, and finds them immediately', async () => {
    const db = await copy();
    expect((await names(db, NAMES)).filter((name) => name !== 'first')).toEqual(seen.names);
    expect(await value(db, `select tasks from taskqueue.queues where name = 'pull'`)).toBe('42');
    const some = seen.names.filter((name) => name.startsWith('task-')).slice(0, 3);
    for (const name of some) {
      const queue = await value(db, 'select queue from taskqueue.tasks where name = $1', [name]);
      expect(await names(db, 'select name from taskqueue.describe_task($1, $2)', [queue, name])).toEqual([name]);
    }
    expect(await rows(db, 'select * from taskqueue.verify()')).toEqual([]);
  });

  test('adds are not taken for those of old transactions, and the limit of five counts their own', async () => {
    const db = await copy();
    const add = `select name from taskqueue.add('pull', payload => 'new')`;
    const before = await names(db, NAMES);
    const added: string[] = [];
    for (let i = 0; i < 300; i++) added.push(await value(db, add));
    await db.query('begin');
    for (let i = 0; i < 5; i++) added.push(await value(db, add));
    expect(await refusalCode(db.query(add))).toBe('TQ018');
    await db.query('rollback');
    const all = [...added, ...before, ...addedToSource];
    expect(new Set(all).size).toBe(all.length);
    expect(BigInt(await value<string>(db, 'select max(id) from taskqueue._tasks'))).toBeGreaterThan(2n ** 53n);
  });

  test('names that are in use or were are so still', async () => {
    const db = await copy();
    const add = `select taskqueue.add('pull', payload => 'x', name => $1, transactional => false)`;
    expect(await refusalCode(db.query(add, ['named']))).toBe('TQ010');
    expect(await refusalCode(db.query(add, ['used']))).toBe('TQ011');
  });

  test('a leased task stays leased to the holder of its token', async () => {
    const db = await copy();
    expect(await rows(db, `select * from taskqueue.lease_tasks('leased', 60)`)).toEqual([]);
    const finish = `select taskqueue.delete_task('leased', $1, lease_token => $2)`;
    expect(await value(db, finish, [seen.leased, '00000000-0000-7000-8000-000000000000'])).toBe(false);
    expect(await value(db, finish, [seen.leased, seen.proof])).toBe(true);
  });

  test('its tasks are leased, renewed and deleted, its dead ones put back, its forced one claimed', async () => {
    const db = await copy();
    const leased = await rows<{ name: string; lease_token: string }>(
      db,
      `select * from taskqueue.lease_tasks('pull', 60, 40)`,
    );
    expect(seen.names).toEqual(expect.arrayContaining(leased.map(({ name }) => name).filter((n) => n !== 'first')));
    expect(leased).toHaveLength(40);
    const done = [leased.map(({ name }) => name), leased.map(({ lease_token }) => lease_token)];
    const renew = `select * from taskqueue.modify_task_leases('pull', $1, $2, array_fill(60::float8, array[40]))`;
    expect(await rows(db, renew, done)).toHaveLength(40);
    const remove = `select * from taskqueue.delete_tasks('pull', $1, $2) where deleted`;
    expect(await rows(db, remove, done)).toHaveLength(40);
    const dead = await value(db, `select name from taskqueue.dead_tasks where queue = 'dying'`);
    expect(await value(db, `select name from taskqueue.requeue_task('dying', $1)`, [dead])).toBe(dead);
    expect(await rows(db, `select * from taskqueue.claim_tasks('dying', 5)`)).toMatchObject([{ name: dead }]);
    expect(await rows(db, `select * from taskqueue.claim_forced_tasks('default', 5)`)).toMatchObject([
      { url: '/forced' },
    ]);
    expect(await row(db, `select last_result from taskqueue.crons`)).toEqual({ last_result: 'running' });
  });

  test('the purge that was under way hides what it did, and nothing that is added; another one takes all', async () => {
    const db = await copy();
    const there = `select payload from taskqueue.tasks as t, lateral convert_from(taskqueue.task_payload(queue, name), 'UTF8') as payload where queue = 'purged'`;
    const survivor = { payload: 'added before the purge, committed after it' };
    expect(await rows(db, there)).toEqual([survivor]);
    await db.query(`select taskqueue.add('purged', payload => 'new')`);
    expect(await rows(db, there)).toEqual(expect.arrayContaining([survivor, { payload: 'new' }]));
    const open = await copy();
    await open.query('begin');
    await open.query(`select taskqueue.add('purged', payload => 'open')`);
    expect(await value(db, `select taskqueue.purge_queue('purged')`)).toBe('2');
    await open.query('commit');
    await db.query(`select taskqueue.add('purged', payload => 'after')`);
    while ((await value(db, `select taskqueue.clean_purged('purged')`)) !== '0');
    expect(await rows(db, there)).toEqual(expect.arrayContaining([{ payload: 'open' }, { payload: 'after' }]));
    expect(await value(db, `select tasks from taskqueue.queues where name = 'purged'`)).toBe('2');
    expect(await rows(db, 'select * from taskqueue.verify()')).toEqual([]);
  });

  test('another copy of it goes on from there', async () => {
    const again = await bareDatabase();
    await dumpInto(url, again.url, async () => {});
    const db = new pg.Client(again.url);
    await db.connect();
    onTestFinished(() => db.end());
    const before = await value(await copy(), 'select taskqueue._epoch()');
    expect(Number(await value(db, 'select taskqueue._epoch()'))).toBeGreaterThan(Number(before));
    await db.query(`select taskqueue.add('pull', payload => 'x')`);
    await db.query(`select taskqueue.purge_queue('pull')`);
    expect(await names(db, `select name from taskqueue.tasks where queue = 'pull'`)).toEqual([]);
    expect(await rows(db, 'select * from taskqueue.verify()')).toEqual([]);
  });
});

test('many sessions may be the first at the same time', async () => {
  for (let round = 0; round < 3; round++) {
    await queryAt(source.url, `create database ${SAME}_${round}`);
    const url = databaseUrl(source.url, `${SAME}_${round}`);
    await dumpInto(source.url, url, async () => {});
    const clients = await Promise.all(Array.from({ length: 12 }, () => new pg.Client(url)));
    await Promise.all(clients.map((client) => client.connect()));
    const add = (i: number) =>
      `select name from taskqueue.add('pull', payload => 'x', name => 'at-once-${i}', transactional => false)`;
    const added = await Promise.all(clients.map((client, i) => client.query(add(i))));
    expect(added.map(({ rows: [first] }) => first.name)).toEqual(clients.map((_, i) => `at-once-${i}`));
    const epochs = await Promise.all(clients.map((client) => value(client, 'select taskqueue._epoch()')));
    expect(new Set(epochs).size).toBe(1);
    await Promise.all(clients.map((client) => client.end()));
    await queryAt(source.url, `drop database ${SAME}_${round} with (force)`);
  }
});
