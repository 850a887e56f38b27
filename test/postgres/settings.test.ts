// The meaning of arguments and results must not depend on settings of the session, the role or the database: one story
// runs with the default settings, and with every setting changed that affects how a value is read. The results must be
// equal.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { resultsOfCalls, runDispatcher, runWorker } from '../schema/sample-calls.ts';
import { type TestDatabase, useDatabase } from '../support/db.ts';

const HOSTILE = {
  array_nulls: 'off',
  extra_float_digits: '-10',
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'iso_8601',
  TimeZone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  standard_conforming_strings: 'off',
  escape_string_warning: 'off',
  transform_null_equals: 'on',
  default_transaction_isolation: 'repeatable read',
  quote_all_identifiers: 'on',
  xmlbinary: 'hex',
};

const ROLE = `hostile_${process.pid}_${randomBytes(4).toString('hex')}`;
// The hook registered first runs last: by then the databases with objects of the role have been dropped.
afterAll(async () => {
  const client = new pg.Client(inject('adminUrl'));
  await client.connect();
  await client.query(`drop role if exists ${ROLE}`);
  await client.end();
});

/** One for the story, one for the slow tests. */
const usual = useDatabase();
const places = { role: [useDatabase(), useDatabase()], database: [useDatabase(), useDatabase()] } as const;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  await usual.pool.query(`create role ${ROLE} login superuser password 'hostile'`);
  const settings = Object.entries(HOSTILE).map(([name, value]) => `${name} = ${pg.escapeLiteral(value)}`);
  const inEach = (databases: readonly TestDatabase[], set: (database: string) => string) =>
    Promise.all(databases.map(({ url, pool }) => pool.query(set(new URL(url).pathname.slice(1)))));
  for (const setting of settings) {
    await inEach(places.role, (name) => `alter role ${ROLE} in database ${name} set ${setting}`); // limits what other tests' doctor sees of it
    await inEach(places.database, (name) => `alter database ${name} set ${setting}`);
  }
});

afterAll(() => Promise.all(pools.map((pool) => pool.end())));

describe.each(['role', 'database'] as const)('settings of the %s', (where) => {
  const url = (which: 0 | 1) => (where === 'role' ? asHostileRole(places.role[which].url) : places.database[which].url);

  test('take effect', async () => {
    const pool = open(url(0));
    const { rows } = await pool.query(
      "select current_setting('array_nulls') as nulls, current_setting('DateStyle') as dates",
    );
    expect(rows).toEqual([{ nulls: 'off', dates: 'SQL, DMY' }]);
  });

  test('change no result for an application', async () => {
    expect(await resultsOfCalls(open(url(0)))).toEqual(await theUsual());
  });

  test('change nothing for a dispatcher: each task is done once', () => runDispatcher(url(1), open(url(1))));

  test('change nothing for a worker', () => runWorker(open(url(1))));
});

let usualResults: ReturnType<typeof resultsOfCalls> | undefined;
function theUsual() {
  usualResults ??= resultsOfCalls(usual.pool);
  return usualResults;
}

function asHostileRole(url: string): string {
  const changed = new URL(url);
  changed.username = ROLE;
  changed.password = 'hostile';
  return changed.toString();
}

function open(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 3 });
  pool.on('error', () => {});
  pools.push(pool);
  return pool;
}
