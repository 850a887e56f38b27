// No switch of the planner turns the plan of a hot statement: in every session the rows are found by an index.
import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { rows } from '../../support/sql.ts';
import { explaining, plansOf, turned } from '../explained.ts';

const db = useDatabase();
const TOKEN = '00000000-0000-7000-8000-000000000000';
/** A name of no task. */
const GENERATED = 'task-00000000000070008000000000000001';

/** Tasks with ids below zero, so that no task that is added gets the id of one. */
const fill = (queue: string, tasks: number) =>
  db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, tag, body)
     select (select least(min(id), 0) from taskqueue._tasks) - n, clock_timestamp() - interval '1 hour' + n * interval '1 ms', clock_timestamp(), q.id,
            case when q.mode = 'pull' and n % 2 = 0 then 'a' end, ''
     from taskqueue._queues as q, generate_series(1, $2::integer) as n where q.name = $1`,
    [queue, tasks],
  );

/** Sessions that are hostile to plans: every switch off by itself, all of them at once, and prices that no machine has. */
async function sessions(): Promise<[string, string[]][]> {
  const switches = await rows<{ name: string }>(
    db.pool,
    `select name from pg_settings where name like 'enable\\_%' and context = 'user' and vartype = 'bool' order by name`,
  );
  const off = switches.map(({ name }) => `set ${name} = off`);
  return [
    ...off.map((statement): [string, string[]] => [statement, [statement]]),
    ['every switch off', off],
    ['custom plans', ['set plan_cache_mode = force_custom_plan']],
    ['generic plans', ['set plan_cache_mode = force_generic_plan']],
    ['dear pages', ['set random_page_cost = 1000', 'set cpu_index_tuple_cost = 10', 'set effective_cache_size = 1']],
    ['dear rows', ['set cpu_tuple_cost = 100', 'set cpu_operator_cost = 100', 'set seq_page_cost = 0']],
    [
      'free everything',
      ['set random_page_cost = 0', 'set seq_page_cost = 0', 'set cpu_tuple_cost = 0', 'set cpu_index_tuple_cost = 0'],
    ],
    [
      'no collapsing',
      [
        'set from_collapse_limit = 1',
        'set join_collapse_limit = 1',
        'set geqo_threshold = 2',
        `set constraint_exclusion = off`,
      ],
    ],
    [
      'compiled',
      ['set jit = on', 'set jit_above_cost = 0', 'set jit_inline_above_cost = -1', 'set jit_optimize_above_cost = -1'],
    ],
    [
      'parallel',
      [
        'set parallel_setup_cost = 0',
        'set parallel_tuple_cost = 0',
        'set min_parallel_table_scan_size = 0',
        'set min_parallel_index_scan_size = 0',
      ],
    ],
    ['little memory', ['set work_mem = 64', 'set hash_mem_multiplier = 1', 'set cursor_tuple_fraction = 0.000001']],
  ];
}

const states: [string, () => Promise<unknown>][] = [
  ['an empty table, analysed', () => db.pool.query('analyze taskqueue._tasks')],
  [
    'forty thousand tasks, analysed',
    async () => {
      await fill('push', 20_000);
      await fill('pull', 20_000);
      await db.pool.query('analyze taskqueue._tasks');
    },
  ],
];

/** The plans of a hot statement, in a session of its own settings. */
type Hot = (client: pg.Client) => Promise<string>;

const lease = () =>
  rows<{ name: string; lease_token: string }>(
    db.pool,
    `select name, lease_token from taskqueue.lease_tasks('pull', 60, 20)`,
  );
const claim = () =>
  rows<{ id: string; lease_token: string }>(db.pool, `select id, lease_token from taskqueue.claim_tasks('push', 20)`);
const proofs = async () => {
  const leased = await lease();
  return [
    [...leased.map(({ name }) => name), GENERATED, 'given'],
    [...leased.map((task) => task.lease_token), TOKEN, TOKEN],
  ];
};
const settled = async () => {
  const claimed = await claim();
  return [
    [0, ...claimed.map(({ id }) => id)],
    [TOKEN, ...claimed.map((task) => task.lease_token)],
  ];
};
const force = async () => {
  await db.pool.query(
    `insert into taskqueue._forced_runs (queue_id, task_id, requested) select queue_id, id, clock_timestamp() from taskqueue._tasks limit 1 on conflict do nothing`,
  );
  return [];
};
const by = (index: string, statement: string, values: () => Promise<unknown[]> = async () => []): [string, Hot] => [
  index,
  async (client) => plansOf(client, statement, await values()),
];

const HOT: Record<string, [string, Hot]> = {
  claim: by('_tasks_due', `select * from taskqueue.claim_tasks('push', 20)`),
  lease: by('_tasks_due', `select * from taskqueue.lease_tasks('pull', 60, 20)`),
  'lease by tag': by('_tasks_tag', `select * from taskqueue.lease_tasks_by_tag('pull', 60, 20, 'a')`),
  'next due': by('_tasks_due', `select taskqueue.next_due('push')`),
  'delete by names': by('_tasks_pkey', `select * from taskqueue.delete_tasks('pull', $1)`, async () => [
    (await proofs())[0],
  ]),
  'delete with tokens': by('_tasks_pkey', `select * from taskqueue.delete_tasks('pull', $1, $2)`, proofs),
  renew: by(
    '_tasks_pkey',
    `select * from taskqueue.modify_task_leases('pull', $1, $2, array_fill(60.0::double precision, array[cardinality($1::text[])]))`,
    proofs,
  ),
  complete: by('_tasks_pkey', `select taskqueue.complete_tasks('push', $1, $2)`, settled),
  release: by('_tasks_pkey', `select taskqueue.release_tasks('push', $1, $2)`, settled),
  fail: by(
    '_tasks_pkey',
    `select taskqueue.fail_task('push', ($1::bigint[])[1], ($2::uuid[])[1], 500, 'App Error', true, false)`,
    settled,
  ),
  'add by name': by('_names_pkey', `select taskqueue.add('push', name => $1, transactional => false)`, async () => [
    `named-${Math.random()}`.replace('.', '-'),
  ]),
  'add once more': by('_tasks_pkey', `select taskqueue.add('push'), taskqueue.add('push')`),
  'claim by hand': by('_tasks_pkey', `select * from taskqueue.claim_forced_tasks('push', 20)`, force),
  sweep: by('_tasks_due', `select taskqueue.sweep_queue('push')`),
  'floor loop': by('_tasks_due', `select taskqueue.advance_floor('pull', clock_timestamp() - interval '200 ms')`),
};

beforeAll(async () => {
  await db.pool.query(`alter table taskqueue._tasks set (autovacuum_enabled = off)`);
  await db.pool.query('select taskqueue._epoch()'); // once for a copy, as which each test's database begins: it reads the last id
  await db.pool.query(
    `select taskqueue.create_queue('push', rate => '500/s'), taskqueue.create_queue('pull', mode => 'pull')`,
  );
});

describe.each(states)('%s', (_, prepare) => {
  test('is searched by the same index in every session', async () => {
    await prepare();
    for (const [name, statements] of await sessions()) {
      const client = await explaining(db);
      for (const statement of statements) await client.query(statement);
      for (const [what, [index, plans]] of Object.entries(HOT)) {
        const told = await plans(client);
        expect
          .soft(told, `${what}: ${name}`)
          .toMatch(new RegExp(`Index (Only )?Scan (Backward )?using ${index} on _(tasks|names)`));
        expect.soft(turned(told), `${what}: ${name}`).toEqual([]);
      }
      await client.end();
    }
  });
});
