// A copy of a database may lack owners and rights, or be in a cluster without the roles: `migrate` repairs it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { checkSchemaState } from '../../src/schema/doctor/schema-checks.ts';
import { checkSchema, migrate } from '../../src/schema/migrate/migrate.ts';
import { readRights } from '../../src/schema/migrate/schema-rights.ts';
import { bareDatabase, queryAt } from '../support/bare-database.ts';
import { sharedFolder } from '../support/folder.ts';
import { migrationText } from '../support/releases.ts';

type Query = (text: string) => ReturnType<typeof queryAt>;

/**
 * The state after `pg_restore --no-owner --no-acl`: everything belongs to the restoring role, with PostgreSQL's default
 * rights.
 */
const FORGET_OWNERS_AND_RIGHTS = `
  do $$
  declare
    forget text;
  begin
    reassign owned by taskqueue_owner to current_user;
    for forget in
      select format('revoke all on %s %s from %s', o.kind, o.name, case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
      from (select 'routine' as kind, p.oid::regprocedure::text as name, p.proacl as acl, p.proowner as owner
            from pg_proc as p where p.pronamespace = 'taskqueue'::regnamespace
            union all
            select 'table', c.oid::regclass::text, c.relacl, c.relowner from pg_class as c
            where c.relnamespace = 'taskqueue'::regnamespace and c.relkind in ('r', 'p', 'v')
            union all
            select 'schema', 'taskqueue', nspacl, nspowner from pg_namespace where nspname = 'taskqueue') as o,
           aclexplode(o.acl) as a where a.grantee <> o.owner loop
      execute forget;
    end loop;
    grant execute on all routines in schema taskqueue to public;
    alter default privileges for role taskqueue_owner grant execute on functions to public;
  end
  $$`;

const FOREIGN = `select count(*)::integer as number from pg_proc
  where pronamespace = 'taskqueue'::regnamespace and proowner <> 'taskqueue_owner'::regrole`;

async function roundTrip(query: Query): Promise<void> {
  await query(`set role taskqueue_enqueuer; select taskqueue.add(url => '/a')`);
  await query('set role taskqueue_viewer; select * from taskqueue.queues');
  await expect(query('set role taskqueue_viewer; select taskqueue.add()')).rejects.toMatchObject({ code: '42501' });
  expect((await query(FOREIGN)).rows).toEqual([{ number: 0 }]);
}

/** Damage to owners and rights, which the check reports and migrate repairs. */
async function repaired(url: string, query: Query): Promise<void> {
  const check = await checkSchema(url);
  expect(check).toMatchObject({ ok: false, pending: [], changed: [] });
  const { applied, repaired: said, problems } = await migrate(url);
  expect({ applied, said, problems }).toEqual({ applied: [], said: check.problems, problems: [] });
  expect(await checkSchema(url)).toMatchObject({ ok: true, problems: [] });
  await roundTrip(query);
}

test('a copy without owners and rights is reported and repaired', async () => {
  const { url, query } = await bareDatabase();
  await migrate(url);
  await query(FORGET_OWNERS_AND_RIGHTS);
  const { problems } = await checkSchema(url);
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^function belongs to postgres instead of taskqueue_owner: \w+, \w+, \w+ and \d+ more$/),
      'schema belongs to postgres instead of taskqueue_owner: taskqueue',
      expect.stringMatching(/^everybody \(PUBLIC\) may execute .* and \d+ more$/),
      expect.stringMatching(/^taskqueue_viewer may not use the schema|^taskqueue_viewer may not use .* more$/),
    ]),
  );
  await repaired(url, query);
});

test('PUBLIC gets no rights on functions created later, in a repaired copy too', async () => {
  const { url, query } = await bareDatabase();
  await migrate(url);
  await query(FORGET_OWNERS_AND_RIGHTS);
  await migrate(url);
  await query(
    `set role taskqueue_owner; create function taskqueue.forgotten() returns integer language sql as 'select 1'`,
  );
  await expect(query('set role taskqueue_viewer; select taskqueue.forgotten()')).rejects.toMatchObject({
    code: '42501',
  });
});

const DAMAGE: [string, RegExp][] = [
  [
    'alter function taskqueue.pause_queue owner to postgres',
    /^function belongs to postgres instead of taskqueue_owner: pause_queue$/,
  ],
  ['alter view taskqueue.tasks owner to postgres', /^view belongs to postgres .* tasks$/],
  ['alter type taskqueue.task owner to postgres', /^type belongs to postgres .* task$/],
  ['alter sequence taskqueue._forgets_names owner to postgres', /^sequence belongs to postgres .* _forgets_names$/],
  ['grant execute on function taskqueue.purge_queue to public', /^everybody \(PUBLIC\) may execute purge_queue$/],
  ['revoke execute on function taskqueue.add from taskqueue_enqueuer', /^taskqueue_enqueuer may not use add$/],
  ['revoke select on taskqueue.tasks from taskqueue_viewer', /^taskqueue_viewer may not use tasks$/],
  ['revoke usage on schema taskqueue from taskqueue_worker', /^taskqueue_worker may not use the schema$/],
];

test.each(DAMAGE)('%s', async (statement, problem) => {
  const { url, query } = await bareDatabase();
  await migrate(url);
  await query(statement);
  expect((await checkSchema(url)).problems).toEqual([expect.stringMatching(problem)]);
  await repaired(url, query);
});

test('doctor reports it as a failure with a remedy', async () => {
  const { url, query } = await bareDatabase();
  await migrate(url);
  await query('grant execute on function taskqueue.purge_queue to public');
  const [schema, rights] = await checkSchemaState({ query: async (text, values) => queryWith(url, text, values) });
  expect(schema).toMatchObject({ level: 'ok' });
  expect(rights).toMatchObject({
    level: 'fail',
    detail: expect.stringContaining('purge_queue'),
    remedy: expect.stringContaining('pgtaskqueue migrate'),
  });
});

test('the rights checked are those that grants.sql grants', async () => {
  const { roles, granted, everybody } = readRights(migrationText('roles.sql'), migrationText('grants.sql'));
  const { url, query } = await bareDatabase();
  await migrate(url);
  const given = await query(`
    select r.rolname as role, array_agg(distinct g.name order by g.name) as names
    from (select p.proname::text as name, p.proacl as acl from pg_proc as p where p.pronamespace = 'taskqueue'::regnamespace
          union all
          select c.relname, c.relacl from pg_class as c where c.relnamespace = 'taskqueue'::regnamespace) as g,
         aclexplode(g.acl) as a left join pg_roles as r on r.oid = a.grantee
    where r.rolname is null or r.rolname <> 'taskqueue_owner' group by r.rolname`);
  for (const { role, names } of given.rows) {
    const expected = role === null ? everybody : [...(granted[role] ?? []), 'schema_versions'];
    // Functions that a view's readers call may be granted beside the list.
    expect(names.filter((name: string) => !name.startsWith('_'))).toEqual(
      [...new Set(expected)].filter((name) => !name.startsWith('_')).sort(),
    );
    if (role !== null) expect(roles).toContain(role);
  }
  expect(given.rows.filter(({ role }) => role !== null)).toHaveLength(Object.keys(granted).length);
});

describe('in a cluster without the roles', () => {
  const folder = sharedFolder();
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await startEmbedded({ dir: folder, port: null, ephemeral: true });
    return () => server.stop();
  });

  test('a copy is repaired: the roles are created and own everything again', async () => {
    await createDatabase(server.url, 'copied');
    const url = server.urlFor('copied');
    await migrate(url);
    await queryAt(url, FORGET_OWNERS_AND_RIGHTS);
    for (const role of ['owner', 'enqueuer', 'worker', 'dispatcher', 'operator', 'viewer']) {
      await queryAt(url, `drop owned by taskqueue_${role}; drop role taskqueue_${role}`);
    }
    expect((await checkSchema(url)).problems[0]).toMatch(/^there is no role taskqueue_dispatcher, taskqueue_enqueuer/);
    const { problems } = await migrate(url);
    expect(problems).toEqual([]);
    await roundTrip((text) => queryAt(url, text));
  });
});

const PG15 = '/usr/lib/postgresql/15/bin';

// A server can only be dumped by a pg_dump that is not older.
test.skipIf(!existsSync(`${PG15}/pg_dump`))('a dump restored without owners and rights', async ({ skip }) => {
  const { url, query } = await bareDatabase();
  const { rows } = await query(`select current_setting('server_version_num')::integer / 10000 as major`);
  if (rows[0].major > 15) return skip();
  await migrate(url);
  const copy = await bareDatabase();
  const dump = spawnSync(`${PG15}/pg_dump`, ['-Fc', url]);
  const restored = spawnSync(`${PG15}/pg_restore`, ['--no-owner', '--no-acl', '-d', copy.url], { input: dump.stdout });
  expect(restored.stderr.toString()).toBe('');
  await repaired(copy.url, copy.query);
});

async function queryWith(url: string, text: string, values: unknown[]) {
  const { default: pg } = await import('pg');
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}
