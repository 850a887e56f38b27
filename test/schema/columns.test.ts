// Nothing leaves the database in a type whose text depends on settings: every statement of ours is prepared, and its columns are looked at.

import { beforeAll, expect, test } from 'vitest';
import { call, look } from '../../src/schema/call.ts';
import { checkDatabase } from '../../src/schema/doctor/checkup.ts';
import { type FunctionName, functions } from '../../src/schema/functions.ts';
import { type AttemptRecord, type FailureRecord, failAll } from '../../src/store/attempt-statements.ts';
import { claimFromAll, readClaimed } from '../../src/store/claims.ts';
import { completeAll } from '../../src/store/completions.ts';
import { releaseBells, timesToDue, timeToDue, tryBells } from '../../src/store/doorbell-statements.ts';
import { finish } from '../../src/store/finish.ts';
import { advanceFloors, keeperHorizon, raiseFloors } from '../../src/store/floor-statements.ts';
import {
  announceClaimer,
  announceDispatcher,
  countDispatchers,
  tryLeaderLocks,
  unlockAll,
  unlockLeader,
} from '../../src/store/leadership-locks.ts';
import * as rest from '../../src/store/pull-rest-statements.ts';
import { listQueues } from '../../src/store/queues.ts';
import { recordAllStatistics } from '../../src/store/statistics-statements.ts';
import { sweepAll } from '../../src/store/sweep-statements.ts';
import { listTokens } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { rows } from '../support/sql.ts';

const database = useDatabase();
const texts: string[] = [];
const recorder = { query: async (text: string) => ({ rows: [texts.push(text)] }) };

const SETTLED = ['text', 'text[]', 'bigint', 'integer', 'boolean', 'numeric', 'jsonb', 'uuid', 'bytea', 'void', 'oid'];
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
  for (const view of VIEWS) texts.push(look(view, { order: [] as never }).sql.replace('order by', ''));
  texts.push(finish('q', [], []).sql, rest.leaseRows('q', 1, 1, 1).sql, rest.leaseRowsByTag('q', 1, 1, 1, null).sql);
  texts.push(rest.listRows('q', 1).sql, rest.taskRow('q', 't').sql, rest.modifyRow('q', 't', 1, null).sql);
  texts.push(rest.insertRow('q', null, new Uint8Array(), null, null).sql);
  await claimFromAll(recorder, 'claim_tasks', [], [], 1);
  await claimFromAll(recorder, 'claim_forced_tasks', [], [], 1);
  await readClaimed(recorder, [], [], false);
  await completeAll(recorder, []);
  await completeAll(recorder, [], [{} as AttemptRecord]);
  await failAll(recorder, [{} as FailureRecord], []);
  await recordAllStatistics(recorder, []);
  await sweepAll(recorder, []);
  for (const ask of [tryBells, releaseBells]) await ask(recorder, []);
  await timesToDue(recorder, []);
  await timeToDue(recorder, 'q', undefined);
  await keeperHorizon(recorder);
  await advanceFloors(recorder, [], '0');
  await raiseFloors(recorder, [], []);
  await announceDispatcher(recorder, 1);
  await announceClaimer(recorder, 1);
  await unlockAll(recorder);
  await countDispatchers(recorder);
  await tryLeaderLocks(recorder, [], 1, 1);
  await unlockLeader(recorder, 1);
  await checkDatabase(recorder).catch(() => {}); // the first check's statement is enough: the answer is none
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

test('an end that is infinity is none', async () => {
  await database.pool.query(`select taskqueue.pause_queue('default', until => 'infinity')`);
  await database.pool.query(`select taskqueue.create_token('ada@example.com', expires => 'infinity')`);
  expect(await listQueues(database.pool)).toMatchObject([{ name: 'default', state: 'paused', pausedUntil: null }]);
  expect(await listTokens(database.pool)).toMatchObject([{ email: 'ada@example.com', expires: null }]);
});
