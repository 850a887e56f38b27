// Copies of a database: with pg_dump if one can read the server, otherwise row by row in the order of pg_dump.

import { execFileSync } from 'node:child_process';
import pg from 'pg';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { libpq } from './libpq.ts';
import { value } from './sql.ts';

/**
 * Fills an empty database with a dump of another one, in a cluster that has the roles.
 *
 * @param meanwhile runs when the dump's snapshot has been taken, but the sequences, which have no snapshot, have not
 *   been read
 */
export async function dumpInto(source: string, target: string, meanwhile: () => Promise<unknown>): Promise<void> {
  const reader = await connected(source);
  const writer = await connected(target);
  try {
    await reader.query('begin isolation level repeatable read, read only');
    const snapshot = await value<string>(reader, 'select pg_export_snapshot()');
    await meanwhile();
    if (await canDump(reader)) await restore(writer, pgDump(source, snapshot));
    else await copyRows(reader, writer, target);
  } finally {
    await Promise.all([reader.end(), writer.end()]);
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

async function canDump(client: pg.Client): Promise<boolean> {
  const server = await value<number>(client, `select current_setting('server_version_num')::integer / 10000`);
  try {
    const [, major] = execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }).match(/ (\d+)\./) ?? [];
    return Number(major) >= server;
  } catch {
    return false;
  }
}

function pgDump(source: string, snapshot: string): string {
  const args = ['--inserts', `--snapshot=${snapshot}`];
  return execFileSync('pg_dump', args, { env: { ...process.env, ...libpq(source) }, encoding: 'utf8', maxBuffer: 1e9 });
}

/** Removes psql commands, and a setting that the server lacks, from the output of a newer pg_dump. */
async function restore(client: pg.Client, script: string): Promise<void> {
  await client.query(script.replaceAll(/^SET transaction_timeout.*;\n|^\\(un)?restrict.*\n/gm, ''));
}

async function copyRows(reader: pg.Client, writer: pg.Client, target: string): Promise<void> {
  await migrate(target);
  const { rows: tables } = await reader.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class as c
     where c.relnamespace = 'taskqueue'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations'`,
  );
  await writer.query('alter table taskqueue._audit disable trigger user');
  for (const { name } of tables) {
    await writer.query(`delete from ${name}`);
    const { rows } = await reader.query<{ row: string }>(`select t::text as row from ${name} as t`);
    const insert = `insert into ${name} overriding system value select * from unnest($1::${name}[])`;
    await writer.query(insert, [rows.map(({ row }) => row)]);
  }
  await writer.query('alter table taskqueue._audit enable trigger user');
  await copySequences(reader, writer);
}

async function copySequences(reader: pg.Client, writer: pg.Client): Promise<void> {
  const { rows: sequences } = await reader.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relnamespace = 'taskqueue'::regnamespace and relkind = 'S'`,
  );
  await writer.query('set role taskqueue_owner');
  for (const { name } of sequences) {
    const { rows } = await reader.query(`select last_value, is_called from ${name}`);
    await writer.query(`create sequence if not exists ${name} as bigint minvalue 0 start 0`);
    await writer.query('select setval($1, $2, $3)', [name, rows[0].last_value, rows[0].is_called]);
  }
}
