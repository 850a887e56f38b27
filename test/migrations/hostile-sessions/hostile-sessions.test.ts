// A database session may be hostile. Whatever its role, with traps first in its path, every setting that changes meaning turned and all
// that happens printed: no view and no function shows what the role may not see, and none calls what the session has made.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { rows, value } from '../../support/sql.ts';
import { type Received, shows } from './canaries.ts';
import { samples } from './samples.ts';
import { HOSTILE_SESSION, TALKATIVE } from './settings.ts';
import { TRAPPED, TRAPS } from './traps.ts';

const db = useDatabase();
const SECRET = { payload: 'canary-payload', header: 'canary-header', response: 'canary-response' };
/** Tokens of leases that the session doesn't hold. */
const tokens: string[] = [];

/** Roles, and what they may see: the operator reads payloads, the dispatcher claims and settles, and sees all that its tasks have. */
const ROLES: Record<string, 'nothing' | 'payloads' | 'all'> = {
  bare: 'nothing',
  enqueuer: 'nothing',
  worker: 'nothing',
  viewer: 'nothing',
  operator: 'payloads',
  dispatcher: 'all',
  server: 'all',
};

const login = (role: string) => `hostile_${role}_${process.pid}`;

const fill = `
  select taskqueue.create_queue('push', rate => '500/s'), taskqueue.create_queue('pull', mode => 'pull', retry => '{"task_retry_limit": 1}');
  insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, response)
  select q.id, clock_timestamp(), 1, 500, 1, 'died', 'App Error', '${SECRET.response}' from taskqueue._queues as q where q.name = 'push'`;

/** A task with canaries. A pull task has no headers of its own making; it is given some, as it is given its lease. */
async function plant(queue: string, name: string): Promise<void> {
  await db.pool.query(`select from taskqueue.add($1, payload => $2, name => $3, transactional => false)`, [
    queue,
    SECRET.payload,
    name,
  ]);
  await db.pool.query(
    `update taskqueue._tasks set headers = jsonb_build_object('x-canary', $2::text) where name = $1`,
    [name, SECRET.header],
  );
}

async function plantAll(): Promise<void> {
  await db.pool.query(fill);
  for (const name of ['claimed', 'retries', 'died', 'waits']) await plant('push', name);
  for (const name of ['leased', 'died', 'spent', 'waits']) await plant('pull', name);
  const hold = (name: string, set: string) =>
    db.pool.query(`update taskqueue._tasks set first_attempt = now(), ${set} where name = $1`, [name]);
  for (const name of ['claimed', 'leased']) {
    tokens.push(await value(db.pool, `select taskqueue._lease_token(now() - interval '1 minute')`));
    await hold(name, `attempts = 1, leased_until = now() + interval '1 hour', lease_token = '${tokens.at(-1)}'`);
  }
  await hold('retries', `attempts = 1, last_status = 500, retry_reason = 'App Error', due = now() + interval '1 hour'`);
  await db.pool.query(`update taskqueue._tasks set due = due + interval '1 hour' where name = 'waits'`); // a lease may show its own
  tokens.push(randomUUID());
  await hold('spent', `attempts = 5, leased_until = now() - interval '1 minute', lease_token = '${tokens.at(-1)}'`);
  await db.pool.query(
    `with gone as (delete from taskqueue._tasks where name = 'died' returning *)
     insert into taskqueue._dead_tasks select d.* from gone, jsonb_populate_record(null::taskqueue._dead_tasks,
       to_jsonb(gone) || jsonb_build_object('died', now(), 'reason', 'App Error', 'expires', now() + interval '7 days')) as d`,
  );
}

beforeAll(async () => {
  await plantAll();
  await db.pool.query(TRAPS);
  for (const role of Object.keys(ROLES)) {
    await db.pool.query(`create role ${login(role)}; grant usage on schema taskqueue to ${login(role)}`);
    if (role !== 'bare') await db.pool.query(`grant taskqueue_${role} to ${login(role)}`);
  }
});

afterAll(async () => {
  for (const role of Object.keys(ROLES)) await db.pool.query(`drop owned by ${login(role)}; drop role ${login(role)}`);
});

/** A session of a role, in which everything is hostile. */
async function hostileSession(role: string): Promise<pg.Client> {
  const client = await db.client();
  await client.query(`set session authorization ${login(role)}`);
  await client.query(HOSTILE_SESSION);
  return client;
}

/** All that a session hears of a statement, which is undone. */
async function hear(client: pg.Client, statement: string): Promise<Received> {
  const heard: Received = { rows: '', messages: '' };
  const listen = (notice: object) => {
    heard.messages += `${JSON.stringify({ ...notice }).replaceAll('\\n', '\n')}\n`;
  };
  client.on('notice', listen);
  await client.query('begin');
  try {
    heard.rows = JSON.stringify((await client.query({ text: statement, rowMode: 'array' })).rows.map(readable));
  } catch (error) {
    listen({ ...(error as object), message: (error as Error).message });
  }
  await client.query('rollback');
  client.off('notice', listen);
  return heard;
}

const readable = (row: unknown[]) => row.map((cell) => (Buffer.isBuffer(cell) ? cell.toString('latin1') : cell));

/** The secrets that a role hears of a statement and may not. */
function leaked(role: string, statement: string, { rows, messages }: Received): string[] {
  const sees = ROLES[role];
  if (sees === 'all') return [];
  const hidden = [...tokens, ...(sees === 'payloads' ? [] : Object.values(SECRET))];
  const proven = statement.includes('modify_task_lease_by_eta'); // gives the token to who knows the lease's end
  return hidden.filter((secret) => shows(proven ? messages : rows + messages, secret));
}

/** Runs statements as a role, each in a transaction that is undone, and expects that none reveals a secret or calls foreign functions. */
async function expectHarmless(role: string, statements: string[]): Promise<void> {
  const client = await hostileSession(role);
  for (const statement of statements) {
    const heard = await hear(client, statement);
    expect.soft(leaked(role, statement, heard), `${role} hears of: ${statement}`).toEqual([]);
    expect.soft(trapped(heard), `${role} traps: ${statement}`).toEqual([]);
  }
  await client.end();
}

/** What a statement has called in the traps. */
const trapped = ({ messages }: Received) =>
  messages
    .split('\n')
    .filter((line) => line.includes(TRAPPED))
    .map((line) => line.slice(line.indexOf(TRAPPED)).slice(0, 100));

/** The names of the public functions that a role may call. */
const functionsOf = async (role: string) =>
  (
    await rows<{ name: string }>(
      db.pool,
      `select p.proname as name from pg_proc as p
       where p.pronamespace = 'taskqueue'::regnamespace and p.proname !~ '^_' and has_function_privilege($1, p.oid, 'execute')
       order by 1`,
      [login(role)],
    )
  ).map(({ name }) => name);

/** The names of the public views that a role may read. */
const viewsOf = async (role: string) =>
  (
    await rows<{ name: string }>(
      db.pool,
      `select c.relname as name from pg_class as c
       where c.relnamespace = 'taskqueue'::regnamespace and c.relkind = 'v' and c.relname !~ '^_'
         and has_table_privilege($1, c.oid, 'select') order by 1`,
      [login(role)],
    )
  ).map(({ name }) => name);

test('there are arguments for every function, and for no other', async () => {
  const all = await rows<{ name: string }>(
    db.pool,
    `select proname as name from pg_proc where pronamespace = 'taskqueue'::regnamespace and proname !~ '^_'`,
  );
  expect(Object.keys(samples).sort()).toEqual(all.map(({ name }) => name).sort());
});

test('the traps and the canaries can be found', async () => {
  const client = await db.client();
  await client.query(HOSTILE_SESSION);
  const heard = await hear(
    client,
    `select octet_length((select t.body from taskqueue._tasks as t limit 1)), to_jsonb(1), 'a'::pg_catalog.text || 'b'::pg_catalog.text`,
  );
  expect(trapped(heard)).toHaveLength(3);
  const { messages } = await hear(
    client,
    `do $$ declare t taskqueue._tasks; begin
       for t in select * from taskqueue._tasks loop perform 1 from taskqueue._tasks as o where o is not distinct from t; end loop;
     end $$`,
  );
  for (const secret of [SECRET.payload, SECRET.header, ...tokens]) expect(shows(messages, secret), secret).toBe(true);
  await client.end();
});

test('a function that looks at tasks, and is not hot, prints nothing of what it works with', async () => {
  const talkative = await rows(
    db.pool,
    `select p.proname from pg_proc as p
     where p.pronamespace = 'taskqueue'::regnamespace and p.proname !~ '^_'
       and p.prosrc ~ '(?<!delete )(from|join) taskqueue[.]_(tasks|dead_tasks|task_rows) |_find_task[(]'
       and (has_function_privilege('taskqueue_viewer', p.oid, 'execute') or has_function_privilege('taskqueue_operator', p.oid, 'execute'))
       and not has_function_privilege('taskqueue_worker', p.oid, 'execute')
       and not (p.proconfig @> array['debug_print_parse=off', 'debug_print_rewritten=off', 'debug_print_plan=off'])`,
  );
  expect(talkative).toEqual([]);
});

test('a lease that steps a floor passes the leases of others without naming their tokens', async () => {
  const client = await db.client();
  await client.query(`set plan_cache_mode = force_custom_plan; set search_path = pg_catalog; ${TALKATIVE}`);
  const { rows, messages } = await hear(
    client,
    `select w.* from taskqueue._queues as q, taskqueue._walk_floor(q, taskqueue._now(), 100) as w where q.name = 'pull'`,
  );
  expect(JSON.parse(rows)[0][0]).not.toBe(JSON.parse(rows)[0][1]); // it has moved one
  expect(tokens.filter((token) => shows(messages, token))).toEqual([]);
  await client.end();
});

describe.each(Object.keys(ROLES))('%s', (role) => {
  test('reads views', async () => {
    const views = await viewsOf(role === 'bare' ? 'viewer' : role);
    for (const view of role === 'bare' ? views : [])
      await db.pool.query(`grant select on taskqueue.${view} to ${login(role)}`);
    await expectHarmless(
      role,
      views.map((view) => `select * from taskqueue.${view}`),
    );
  });

  test('calls functions', async () => {
    const calls = (await functionsOf(role)).flatMap((name) =>
      (samples[name] ?? []).map((given) => `${name}(${given})`),
    );
    await expectHarmless(
      role,
      calls.map((call) => `select * from taskqueue.${call}`),
    );
  });
});
