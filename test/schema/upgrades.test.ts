// Upgrades keep what users have built on functions and views, and an older program undoes nothing.

import { beforeEach, describe, expect, test } from 'vitest';
import { SchemaVersionError } from '../../src/domain/errors.ts';
import { checkSchema, migrate } from '../../src/schema/migrate/migrate.ts';
import { type BareDatabase, bareDatabase } from '../support/bare-database.ts';
import { migrationText, release } from '../support/releases.ts';

let database: BareDatabase;
beforeEach(async () => {
  database = await bareDatabase();
  await migrate(database.url, { directory: release({}, 0) });
});

const upgrade = (files: Record<string, string>) => migrate(database.url, { directory: release(files) });

const lateColumn = (view: string, column: string) =>
  migrationText(`views/${view}.sql`).replace(/(\n\s*|\s)from taskqueue/, `, 'new'::text as ${column}$1from taskqueue`);

const USERS_OWN = `
  do $$
  begin
    create role grafana login;
  exception when duplicate_object or unique_violation then null;
  end
  $$;
  grant usage on schema taskqueue to grafana;
  grant select on taskqueue.targets to grafana with grant option;
  grant execute on function taskqueue.pause_queue to grafana;
  grant execute on function taskqueue.next_due to grafana with grant option;
  create view public.mine as select name, url from taskqueue.targets;
  comment on view public.mine is 'the user''s';
  grant select on public.mine to grafana;`;

/** Everything that users created, from the catalogue. */
async function usersOwn(): Promise<unknown> {
  const { rows } = await database.query(`
    select 'grants' as kind, o.name, string_agg(a.privilege_type || a.is_grantable, ' ' order by a.privilege_type) as what
    from (select relname::text as name, relacl as acl from pg_class where relkind = 'v'
          union all select proname, proacl from pg_proc) as o, aclexplode(o.acl) as a
    where a.grantee = 'grafana'::regrole group by o.name
    union all select 'comment', 'mine', obj_description('public.mine'::regclass)
    order by kind, name`);
  return rows;
}

describe("users' objects survive", () => {
  beforeEach(() => database.query(USERS_OWN));

  test('a changed comment: one file runs', async () => {
    const before = await usersOwn();
    const { applied } = await upgrade({
      'functions/enqueue/add.sql': `-- better\n${migrationText('functions/enqueue/add.sql')}`,
    });
    expect(applied).toEqual(['functions/enqueue/add.sql']);
    expect(await usersOwn()).toEqual(before);
  });

  test('a view that grows', async () => {
    const before = await usersOwn();
    await upgrade({ 'views/targets.sql': lateColumn('targets', 'region') });
    expect((await database.query('select region from taskqueue.targets')).rows).toEqual([]);
    expect(await usersOwn()).toEqual(before);
  });

  test('a function with one more argument replaces the old one and keeps its grants', async () => {
    const before = await usersOwn();
    const pause = migrationText('functions/queues/pause_queue.sql').replace(
      /(create or replace function taskqueue\.pause_queue\([^)]*)\)/,
      '$1, note text default null)',
    );
    await upgrade({ 'functions/queues/pause_queue.sql': pause });
    await database.query(`select taskqueue.pause_queue('default'), taskqueue.pause_queue('default', note => 'x')`);
    expect(await usersOwn()).toEqual(before);
  });

  test('a function with another result', async () => {
    const before = await usersOwn();
    const next = migrationText('functions/wakeup/next_due.sql')
      .replace(/returns [\w ]+/, 'returns text')
      .replace(/\$\$[\s\S]*?\$\$/, () => `$$ begin return 'soon'; end $$`);
    await upgrade({
      'functions/wakeup/next_due.sql': next.replace(/language \w+ (stable|volatile)/, 'language plpgsql $1'),
    });
    expect((await database.query(`select taskqueue.next_due('default') as due`)).rows).toEqual([{ due: 'soon' }]);
    expect(await usersOwn()).toEqual(before);
  });
});

describe('a changed signature replaces the earlier one', () => {
  const signatures = async (name: string) => {
    const { rows } = await database.query(`select p.oid::regprocedure::text as signature from pg_proc as p
      where p.pronamespace = 'taskqueue'::regnamespace and p.proname ~ '${name}' order by 1`);
    return rows.map(({ signature }) => signature);
  };
  const later = () =>
    migrationText('functions/kernel/_later.sql').replace('span interval)', "span interval, more interval default '0')");

  test('even if later files call it by its short form', async () => {
    await upgrade({
      'functions/kernel/_later.sql': later(),
      'views/tombstones.sql': `${migrationText('views/tombstones.sql')}\n-- changed\n`,
      'functions/a/_uses.sql': `create or replace function taskqueue._uses() returns timestamptz language sql
        begin atomic select taskqueue._later('2000-01-01 00:00:00+00', '1 day'); end;`,
    });
    expect(await signatures('_later')).toEqual(['taskqueue._later(timestamp with time zone,interval,interval)']);
    const { rows } = await database.query(`select pg_get_functiondef('taskqueue._uses'::regproc) as uses,
      pg_get_viewdef('taskqueue.tombstones'::regclass) as view, taskqueue._uses() is not null as runs`);
    expect(rows).toEqual([expect.objectContaining({ runs: true })]);
    expect(rows[0].view).not.toContain('_replaced_');
  });

  test('a file that still uses the earlier one is named, and nothing changes', async () => {
    await expect(upgrade({ 'functions/kernel/_later.sql': later() })).rejects.toThrow(
      /_later has other arguments or another result now,[\s\S]*view taskqueue\.tombstones/,
    );
    expect(await signatures('_later')).toEqual(['taskqueue._later(timestamp with time zone,interval)']);
  });

  test("an unused overload is dropped, and one that a user's function depends on is named", async () => {
    await database.query('create function taskqueue.pause_queue(queue integer) returns void language sql as $$ $$');
    const files = {
      'functions/queues/pause_queue.sql': `${migrationText('functions/queues/pause_queue.sql')}\n-- changed\n`,
    };
    await database.query(`create function public.mine() returns void language sql
      begin atomic select taskqueue.pause_queue(7); end`);
    await expect(upgrade(files)).rejects.toThrow(
      'function public.mine() depends on function taskqueue.pause_queue(integer)',
    );
    await database.query('drop function public.mine()');
    await upgrade(files);
    expect(await signatures('^pause_queue$')).toEqual(['taskqueue.pause_queue(text,text,timestamp with time zone)']);
  });
});

describe('objects that cannot survive are named, and nothing changes', () => {
  test("a function with another result, on which a user's view depends", async () => {
    await database.query(`create view public.dues as select taskqueue.next_due('default') as due`);
    const next = migrationText('functions/wakeup/next_due.sql').replace(/returns [\w ]+/, 'returns text');
    const failed = await upgrade({
      'functions/wakeup/next_due.sql': next,
      '9001_x.sql': 'create table taskqueue.x ();',
    }).catch((error) => error);
    expect(failed.message).toContain('view public.dues depends on function taskqueue.next_due(text,text)');
    expect(failed.message).toContain('Drop your own objects of these, migrate, and create them again.');
    expect((await database.query(`select to_regclass('taskqueue.x') as x, due from public.dues`)).rows).toMatchObject([
      { x: null },
    ]);
  });

  test("a view that must be dropped, if a user's view depends on it; otherwise it is created again", async () => {
    await database.query(USERS_OWN);
    const files = {
      '9001_x.sql': 'drop view taskqueue.targets;',
      'views/targets.sql': migrationText('views/targets.sql').replace(' t.name,', ' t.name::varchar as name,'),
    };
    await expect(upgrade(files)).rejects.toThrow('view public.mine depends on view taskqueue.targets');
    await database.query('select * from public.mine; drop view public.mine');
    expect((await upgrade(files)).applied).toEqual(['9001_x.sql', 'views/targets.sql']);
    const { rows } = await database.query(
      `select has_table_privilege('grafana', 'taskqueue.targets', 'select with grant option') as may`,
    );
    expect(rows).toEqual([{ may: true }]);
  });
});

describe('versions', () => {
  const older = { 'functions/queues/pause_queue.sql': 'select 1 / 0;' };

  test('an older program undoes nothing, and says which version to use', async () => {
    await migrate(database.url, { directory: release({}, 2), release: '9.9.9' });
    const failed = await upgrade(older).catch((error) => error);
    expect(failed).toBeInstanceOf(SchemaVersionError);
    expect(failed.message).toMatch(
      /^pgtaskqueue 9\.9\.9 installed this database's schema .*: migrate with 9\.9\.9 or later$/,
    );
    expect(await checkSchema(database.url, release(older))).toMatchObject({ ok: true, pending: [], problems: [] });
  });

  test('the first release of a version is recorded, and the last owner', async () => {
    await migrate(database.url, { directory: release({}), release: '8.0.0' });
    await migrate(database.url, { directory: release({}), release: '8.0.1' });
    const { rows } = await database.query(
      'select release, owner from taskqueue.schema_versions order by version desc limit 1',
    );
    expect(rows).toEqual([{ release: '8.0.0', owner: 'taskqueue_owner' }]);
  });

  test('a schema from before there were versions gets one', async () => {
    await database.query('drop table taskqueue.schema_versions');
    expect(await checkSchema(database.url)).toMatchObject({ ok: false, version: 0 });
    await migrate(database.url, { directory: release({}, 0) });
    expect(await checkSchema(database.url, release({}, 0))).toMatchObject({ ok: true });
  });
});
