// No column is returned in a type whose text depends on settings: every statement is prepared, and the types of its
// columns are checked.

import { beforeAll, expect, test } from 'vitest';
import { call, select } from '../../src/schema/call.ts';
import { columnsOfFunction, columnsOfView } from '../../src/schema/columns.ts';
import { checkDatabase } from '../../src/schema/doctor/checkup.ts';
import { type FunctionName, functions } from '../../src/schema/functions.ts';
import { claimFromAll, readClaimed } from '../../src/store/claims.ts';
import { timesToDue, timeToDue, tryDoorbells, unlockDoorbells } from '../../src/store/doorbells.ts';
import { advanceFloors, raiseAll, readClock } from '../../src/store/floors.ts';
import {
  announceClaimer,
  announceDispatcher,
  countDispatchers,
  heldLeaderLocks,
  leaderRoom,
  tryLeaderLocks,
  unlockAll,
  unlockLeader,
} from '../../src/store/leadership-locks.ts';
import { finish } from '../../src/store/leases.ts';
import { type AttemptRecord, completeAll, type FailureRecord, failAll } from '../../src/store/outcomes.ts';
import * as rest from '../../src/store/pull-rest-statements.ts';
import { listQueues } from '../../src/store/queues.ts';
import { listTokens } from '../../src/store/tokens.ts';
import { sweepAll } from '../../src/store/upkeep.ts';
import { useDatabase } from '../support/db.ts';
import { rows } from '../support/sql.ts';

const database = useDatabase();
const texts: string[] = [];
const recorder = { query: async (text: string) => ({ rows: [texts.push(text)] }) };

const SETTLED = [
  'text',
  'text[]',
  'bigint',
  'integer',
  'integer[]',
  'boolean',
  'numeric',
  'jsonb',
  'uuid',
  'bytea',
  'void',
  'oid',
];
const VIEWS = [
  'queues',
  'dead_tasks',
  'attempts',
  'targets',
  'allowed_urls',
  'keys',
  'audit',
  'tokens',
  'settings',
  'crons',
] as const;

beforeAll(async () => {
  for (const [name, declared] of Object.entries(functions)) {
    const given = Object.fromEntries(Object.keys(declared).map((argument) => [argument, null]));
    texts.push(call(name as FunctionName, given as never).sql);
  }
  for (const view of VIEWS) texts.push(select(view, { order: [] as never }).sql.replace('order by', ''));
  const statements = [
    ...[finish('q', [], []), rest.leaseRows('q', 1, 1, 1), rest.leaseRowsByTag('q', 1, 1, 1, null)],
    ...[rest.listRows('q', 1), rest.taskRow('q', 't'), rest.modifyRow('q', 't', 1, null)],
    rest.insertRow('q', null, new Uint8Array(), null, null),
    ...[claimFromAll('claim_tasks', [], 1), claimFromAll('claim_forced_tasks', [], 1), readClaimed([], false)],
    ...[completeAll([], []), completeAll([], [{} as AttemptRecord]), failAll([{} as FailureRecord], [])],
    sweepAll([]),
    ...[tryDoorbells([]), unlockDoorbells([]), timesToDue([]), timeToDue('q', undefined)],
    ...[readClock(), advanceFloors([], '0'), raiseAll([])],
    ...[announceDispatcher(1), announceClaimer(1), countDispatchers(), unlockAll()],
    ...[tryLeaderLocks([], 1, 1), heldLeaderLocks(), leaderRoom(), unlockLeader(1)],
  ];
  texts.push(...statements.map(({ sql }) => sql));
  await checkDatabase(recorder).catch(() => {}); // it fails at the first check, whose statement is enough
});

test('every column of every statement is of a type whose text is the same under all settings', async ({ skip }) => {
  const [server] = await rows<{ version: string }>(
    database.pool,
    `select current_setting('server_version_num') as version`,
  );
  skip(Number(server?.version) < 160_000, 'result_types came with PostgreSQL 16');
  const client = await database.client();
  const found: string[] = [];
  for (const [i, text] of texts.entries()) {
    await client.query(`prepare statement_${i} as ${text}`);
    const types = await rows<{ type: string }>(
      client,
      `select unnest(result_types)::text as type from pg_prepared_statements where name = 'statement_${i}'`,
    );
    found.push(...types.filter(({ type }) => !SETTLED.includes(type)).map(({ type }) => `${type}: ${text}`));
  }
  expect(texts.length).toBeGreaterThan(90);
  expect(found).toEqual([]);
});

test('an infinite end is read as null', async () => {
  await database.pool.query(`select taskqueue.pause_queue('default', until => 'infinity')`);
  await database.pool.query(`select taskqueue.create_token('ada@example.com', expires => 'infinity')`);
  expect(await listQueues(database.pool)).toMatchObject([{ name: 'default', state: 'paused', pausedUntil: null }]);
  expect(await listTokens(database.pool)).toMatchObject([{ email: 'ada@example.com', expires: null }]);
});

test.each(Object.keys(functions) as FunctionName[])('no column of %s is left out', async (name) => {
  const selected = columnsOfFunction(name);
  if (selected === '*') return;
  const returned = await rows<{ column: string }>(
    database.pool,
    `select a.attname::text as column from pg_proc as p join pg_type as t on t.oid = p.prorettype
     join pg_attribute as a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
     where p.pronamespace = 'taskqueue'::regnamespace and p.proname = $1
     union all
     select m.name from pg_proc as p, unnest(p.proargnames, p.proargmodes) as m(name, mode)
     where p.pronamespace = 'taskqueue'::regnamespace and p.proname = $1 and m.mode = 't'`,
    [name],
  );
  const expected = returned.length === 0 ? [name] : returned.map(({ column }) => column);
  expect(namesOf(selected).sort()).toEqual(expected.sort());
});

test.each(VIEWS)('no column of the view %s is left out', async (view) => {
  const shown = await rows<{ column: string }>(
    database.pool,
    `select attname::text as column from pg_attribute where attrelid = $1::regclass and attnum > 0`,
    [`taskqueue.${view}`],
  );
  expect(namesOf(columnsOfView(view)).sort()).toEqual(shown.map(({ column }) => column).sort());
});

/** The names of the columns of a select list: the last word of each, without the unit in which it crosses. */
const namesOf = (list: string) =>
  list.split(/,(?![^()]*\))/).map((column) => /(\w+?)(_microseconds)?"?$/.exec(column.trim())?.[1] ?? column);
