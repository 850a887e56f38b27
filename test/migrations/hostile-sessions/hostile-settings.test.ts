// Nothing that we promise depends on settings. One script of calls, under every setting that a user may turn: what is refused is
// refused with the same words, and what is stored is the same, byte for byte.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { rows } from '../../support/sql.ts';
import { HOSTILE_SETTINGS } from './settings.ts';

const db = useDatabase();
let clock: MovableClock;

/** The clocks of St John's are put back on 1 November 2026, within the nine days of a tombstone. */
const NOW = '2026-10-30T12:00:00.123456Z';
const LOGIN = `settings_${process.pid}`;
const EVIL = ['a;b', 'a/b', 'a\nb', 'a\\', `a'b`, 'a\\Z', 'aZ\n'];

/** A call and its arguments; texts cross as parameters, so that they mean the same in every session. */
type Call = [statement: string, ...values: unknown[]];

const add = (json: object): Call => [
  `select queue, eta = now from taskqueue.add_tasks('q', $1, transactional => false) as t(index, queue, result, eta, created), taskqueue._now() as now`,
  JSON.stringify([json]),
];

const EVIL_TEXTS = EVIL.flatMap((evil): Call[] => [
  add({ name: evil }),
  add({ url: `/${evil}\r\nX: 1` }),
  add({ url: `http://example.com/${evil}` }),
  add({ target: evil }),
  add({ namespace: evil }),
  add({ headers: { [`${evil};`]: 'x' } }),
  add({ headers: { x: `a\r${evil}` } }),
  ['select taskqueue.create_queue($1)', evil],
  ['select taskqueue.set_target($1, $2)', evil, 'http://localhost'],
  ['select taskqueue.set_target($1, $2)', 'a', `http://${evil} `],
  ['select taskqueue.rotate_key($1, $2)', 'a', `env:${evil}`],
  ['select taskqueue.allow_url($1)', evil],
  ['select taskqueue.create_token($1)', `${evil} @example.com`],
  ['select taskqueue.apply_crons($1)', JSON.stringify({ cron: [{ name: evil, url: '/x', schedule: 'x' }] })],
]);

const REFUSED: Call[] = [
  add({ eta: 'tomorrow' }),
  add({ eta: '30/11/2026 10:00' }),
  add({ eta: '2027-11-03T10:00:00Z' }),
  add({ countdown: 2592000.25 }),
  add({ dispatch_deadline: 86400.123456789 }),
  [`select taskqueue.lease_tasks('pull', 604800.123456789)`],
  [`select taskqueue.add('pull', payload => '', eta => 'infinity')`],
  [`select taskqueue.add('pull', payload => '', tag => repeat('a', 501))`],
  [`select taskqueue.pause_queue('q', 'why', '2026-10-30 11:00:00+00')`],
  [`select taskqueue.update_queue('q', retry => '{"min_backoff_seconds": 3.25, "max_backoff_seconds": 1.125}')`],
  [`select taskqueue.update_queue('q', tombstone_ttl => '365 days 00:00:01')`],
  [`select taskqueue.create_queue('q')`],
  [`select taskqueue.run_task('q', 'ended')`],
];

const STORED: Call[] = [
  [
    `select from taskqueue.create_queue('q', rate => '0.2/h', tombstone_ttl => '8 days 01:30', retry => '{"min_backoff_seconds": 0.123456789, "task_age_limit": "1.5d"}')`,
  ],
  [`select from taskqueue.create_queue('pull', mode => 'pull')`],
  [`select from taskqueue.create_queue('deleted')`],
  [`select from taskqueue.delete_queue('deleted')`],
  [`select from taskqueue.create_queue('deleted')`],
  add({ name: 'ended', payload: '\\x00 \\a é', headers: { 'x-a': '\\é' } }),
  add({ name: 'eta', eta: '2026-11-03T01:02:03.456789z', params: { a: [1.1, 'b\\c', 1e20, true] } }),
  add({ name: 'offset', eta: '2026-11-03t01:02:03+05:30', payload_json: { a: 1.1, b: '\\' } }),
  add({
    name: 'countdown',
    countdown: 3.000001,
    dispatch_deadline: 20.123456789,
    retry: { max_backoff_seconds: 7.1, task_age_limit: '1.25h' },
  }),
  add({ name: 'bytes', payload_base64: 'AAECXA==', method: 'PUT', url: '/a?b=c' }),
  [`select from taskqueue.add('pull', payload => 'own', tag => 'a', name => 'leased', transactional => false)`],
  [`select from taskqueue.delete_tasks('q', '{ended,no-such}')`],
  [
    `select eta = taskqueue._now() + interval '1.5 seconds', lease_token::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
            taskqueue._leased_at(lease_token) - taskqueue._now() between interval '-1 ms' and interval '0'
     from taskqueue.lease_tasks('pull', 1.5)`,
  ],
  [`select from taskqueue.raise_floor('pull', taskqueue.advance_floor('pull', taskqueue._now() - interval '200 ms'))`],
  [`select from taskqueue.pause_queue('q', 'why', '2026-11-05 10:00:00+00')`],
  [`select from taskqueue.resume_queue('q')`],
  [`select from taskqueue.pause_queue('q', null, '2026-11-05 10:00:00.5+00')`],
  [`select from taskqueue.set_target('a', 'http://localhost')`],
  [`select from taskqueue.remove_target('a')`],
  [`select from taskqueue.set_target('b', 'http://localhost')`],
  [`select from taskqueue.rotate_key('b', 'env:A')`],
  [`select from taskqueue.rotate_key('b', 'env:B', '3 days 01:00')`],
  [`select from taskqueue.allow_url('10.0.0.0/8')`],
  [
    `select from taskqueue.apply_crons($1)`,
    JSON.stringify({
      cron: [{ url: '/x', schedule: 'every day 09:00', attempt_deadline: '20.5s', description: 'a\\b' }],
    }),
  ],
  [
    `select from taskqueue.apply_queues('{"queue": [{"name": "filed", "rate": "5/m", "retry_parameters": {"max_doublings": 3}}]}')`,
  ],
  [`select from taskqueue.record_statistics('q', 3, 0.123456789)`],
  [`select reason, detail, extract(epoch from until)::text, remedy from taskqueue.explain_task('q', 'eta')`],
  [`select from taskqueue.verify()`],
  [`select from taskqueue.sweep_attempts()`],
];

/** What is stored, without ids, and what follows from them. */
const DUMP = `
  select 'task' as what, to_jsonb(t) - 'id' - 'queue_id' - 'lease_token' - 'body' || jsonb_build_object('body', encode(t.body, 'hex')) as it from taskqueue._tasks as t
  union all select 'queue', to_jsonb(q) - 'id' - 'purged' from taskqueue._queues as q
  union all select 'floor', to_jsonb(taskqueue._floor(q.id)) from taskqueue._queues as q where q.deleted_at is null
  union all select 'name', to_jsonb(n) - 'task_id' - 'queue_id' from taskqueue._names as n
  union all select 'target', to_jsonb(t) from taskqueue._targets as t
  union all select 'key', to_jsonb(k) from taskqueue._keys as k
  union all select 'url', to_jsonb(u) from taskqueue._allowed_urls as u
  union all select 'cron', to_jsonb(c) - 'id' from taskqueue._crons as c
  union all select 'audit', to_jsonb(a) - 'id' from taskqueue._audit as a
  union all select 'statistics', to_jsonb(s) - 'queue_id' from taskqueue._statistics as s
  union all select 'partition', to_jsonb(pg_get_expr(c.relpartbound, c.oid)) from pg_class as c
    where c.relnamespace = 'taskqueue'::regnamespace and c.relispartition
  order by 1, 2`;

const CLEAR = `
  do $do$ begin execute (select string_agg(format('drop sequence taskqueue._floor_%s', id), ';') from taskqueue._queues where name <> 'default'); end $do$;
  delete from taskqueue._queues where name <> 'default';
  truncate taskqueue._tasks, taskqueue._names, taskqueue._targets, taskqueue._keys, taskqueue._allowed_urls, taskqueue._crons, taskqueue._audit,
           taskqueue._statistics, taskqueue._tokens`;

/** Runs the script in a session; returns results, errors, and what was stored. */
async function run(client: pg.Client, script = [...STORED, ...REFUSED]): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const [text, ...values] of script) {
    try {
      results.push([text, values, (await client.query({ text, values, rowMode: 'array' })).rows]);
    } catch (error) {
      const { code, message, detail, hint } = error as pg.DatabaseError;
      results.push([text, values, { code, message, detail, hint }]);
    }
  }
  results.push(...(await rows(db.pool, DUMP)));
  await db.pool.query(CLEAR);
  return results;
}

/** A session of the login, which every role's rights were given to. */
async function session(settings: Record<string, string> = {}): Promise<pg.Client> {
  const url = new URL(db.url);
  url.username = LOGIN;
  url.password = 'login';
  const client = new pg.Client({
    connectionString: url.href,
    types: { getTypeParser: () => (text: string) => text } as never,
  });
  client.on('error', () => {}); // a test that fails leaves it open
  await client.connect();
  for (const [name, value] of Object.entries(settings)) await client.query(`set ${name} = '${value}'`);
  return client;
}

let calm: unknown[];
let calmAmidEvil: unknown[];
const WITH_EVIL = [...STORED, ...EVIL_TEXTS, ...REFUSED];

beforeAll(async () => {
  clock = await movableClock(db.pool);
  await clock.set(NOW);
  await db.pool.query('alter table taskqueue._audit disable trigger user'); // the script runs again and again
  await db.pool.query(
    `create role ${LOGIN} login superuser password 'login' in role taskqueue_enqueuer, taskqueue_worker, taskqueue_dispatcher, taskqueue_operator`,
  );
  const client = await session();
  await run(client);
  calm = await run(client);
  calmAmidEvil = await run(client, WITH_EVIL);
  await client.end();
});
afterAll(() => db.pool.query(`drop owned by ${LOGIN}; drop role ${LOGIN}`));

test('the script stores what it should, and is refused what it should be', () => {
  const outcomes = calmAmidEvil.slice(0, WITH_EVIL.length) as [string, unknown[], unknown][];
  const refused = ([, , results]: [string, unknown[], unknown]) => !Array.isArray(results);
  const stored = outcomes.slice(0, STORED.length);
  expect(stored.filter(refused).map(([text]) => text)).toEqual([`select from taskqueue.create_queue('deleted')`]);
  expect(outcomes.slice(STORED.length).filter((outcome) => !refused(outcome))).toEqual([]);
});

describe('all settings that change meaning together', () => {
  test('set by a session', async () => {
    const client = await session(HOSTILE_SETTINGS);
    expect(await run(client, WITH_EVIL)).toEqual(calmAmidEvil);
    await client.end();
  });

  test.each([
    ['a role', LOGIN],
    ['a database', ''],
  ])('set by %s', async (_, role) => {
    const on = role ? `role ${role}` : `database ${new URL(db.url).pathname.slice(1)}`;
    for (const [name, value] of Object.entries(HOSTILE_SETTINGS))
      await db.pool.query(`alter ${on} set ${name} = '${value}'`);
    const client = await session();
    const results = await run(client, WITH_EVIL);
    await client.end();
    await db.pool.query(`alter ${on} reset all`);
    expect(results).toEqual(calmAmidEvil);
  });
});

/** These refuse writes, end sessions, or are refused themselves: what a session can do to itself alone. */
const OWN_LOSS = [
  'default_transaction_read_only',
  'exit_on_error',
  'transaction_read_only',
  'transaction_isolation',
  'transaction_deferrable',
];

test('each switch and each choice that a user has, one at a time', async () => {
  const settings = await rows<{ name: string; choices: string[] }>(
    db.pool,
    `select name, case vartype when 'bool' then array[case setting when 'on' then 'off' else 'on' end] else array_remove(enumvals, setting) end as choices
     from pg_settings where context = 'user' and vartype in ('bool', 'enum') and name <> all ($1) order by name`,
    [OWN_LOSS],
  );
  expect(settings.length).toBeGreaterThan(50);
  const client = await session();
  for (const { name, choices } of settings) {
    for (const choice of choices) {
      await client.query(`set ${name} = '${choice}'`);
      expect.soft(await run(client), `${name} = ${choice}`).toEqual(calm);
    }
    await client.query(`reset ${name}`);
  }
  await client.end();
}, 600_000);
