import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MIGRATION_LOCK } from '../../src/schema/locks.ts';
import { useDatabase } from '../support/db.ts';
import { run } from './command.ts';

const database = useDatabase();
const command = (...args: string[]) => run(args, { env: { DATABASE_URL: database.url } });

test('a schema that is up to date', async () => {
  expect(await command('migrate', '--check')).toMatchObject({ code: 0, stderr: '' });
  expect(await command('migrate', '--print')).toMatchObject({ code: 0, stdout: '\n' });
  expect((await command('migrate')).stdout).toMatch(/^Nothing to do: schema version \d+ is up to date\.\n$/);
});

test('without a schema: check and every verb exit with 78, print shows it, migrate makes it', async () => {
  await database.pool.query('drop schema taskqueue cascade');
  const check = await command('migrate', '--check', '--json');
  expect(check.code).toBe(78);
  expect(JSON.parse(check.stdout)).toMatchObject({ ok: false, pending: expect.arrayContaining(['0001_types.sql']) });

  const list = await command('queues', 'list');
  expect([list.code, list.stdout]).toEqual([78, '']);
  expect(list.stderr).toContain('pgtaskqueue migrate');
  const serve = await command('serve', '--port', '0');
  expect(serve.code).toBe(78);
  expect(serve.stderr).toContain('pgtaskqueue migrate');

  expect((await command('migrate', '--print')).stdout).toContain('create type taskqueue.task');
  const { rows } = await database.pool.query("select to_regnamespace('taskqueue') as schema");
  expect(rows).toEqual([{ schema: null }]);

  const migrated = await command('migrate');
  expect(migrated.code).toBe(0);
  expect(migrated.stdout).toMatch(
    /^Migrated postgres.* to schema version \d+: ran \d+ numbered files, \d+ function files, \d+ views, the grants\.\n$/,
  );
  expect((await command('queues', 'list')).code).toBe(0);
});

test('print needs no database', async () => {
  const { code, stdout } = await run(['migrate', '--print'], { cwd: '/' });
  expect(code).toBe(0);
  expect(stdout).toContain('create type taskqueue.task');
});

test('a newer schema is refused with 78 and its release, an occupied one with 75 and its session', async () => {
  const newer = `insert into taskqueue.schema_versions (version, release, owner) values (999, '9.9.9', 'taskqueue_owner')`;
  await database.pool.query(newer);
  const refused = await command('migrate');
  expect(refused).toMatchObject({ code: 78, stdout: '' });
  expect(refused.stderr).toContain('migrate with 9.9.9 or later');
  expect((await command('migrate', '--check')).code).toBe(0);
  await database.pool.query('delete from taskqueue.schema_versions where version = 999');

  const holder = await database.client();
  await holder.query(`set application_name = 'report'; select pg_advisory_lock(${MIGRATION_LOCK})`);
  const busy = await command('migrate', '--wait', '1s');
  expect(busy.code).toBe(75);
  expect(busy.stderr).toMatch(/timed out after 1 s waiting for pid \d+ \(report\)/);
  await holder.query('select pg_advisory_unlock_all()');
});

test('wrong rights are named, repaired and reported, and warnings come last', async () => {
  await database.pool.query(
    `update taskqueue.migrations set checksum = 'old' where file = 'functions/enqueue/add.sql'`,
  );
  await database.pool.query('grant execute on function taskqueue.purge_queue to public');
  const check = await command('migrate', '--check');
  expect(check).toMatchObject({ code: 78 });
  expect(check.stdout).toBe(
    'Not applied yet: functions/enqueue/add.sql.\nWrong rights: everybody (PUBLIC) may execute purge_queue.\nRun pgtaskqueue migrate.\n',
  );
  const doctor = await command('doctor');
  expect(doctor.stdout).toMatch(/^FAIL {2}owners and rights: .*purge_queue\n {6}Run pgtaskqueue migrate\./m);
  expect(doctor.code).toBe(1);
  const { code, stdout, stderr } = await command('migrate', '--verbose');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'ran functions/enqueue/add.sql\nran grants.sql\n' });
  expect(stdout).toMatch(
    /^Migrated \S+ to schema version \d+: ran 1 function file\.\nRepaired: everybody \(PUBLIC\) may execute purge_queue\n$/,
  );
});

test('the page on upgrading shows what works, and the changelog names the version of the schema', async () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const blocks = [...read('docs/operate/upgrading.md').matchAll(/^```sql\n(.*?)^```$/gms)].map(
    ([, sql]) => sql as string,
  );
  expect(blocks).not.toEqual([]);
  for (const sql of blocks) expect((await database.pool.query(sql)).rows).not.toEqual([]);
  const { version } = JSON.parse(read('migrations/version.json'));
  expect(read('docs/CHANGELOG.md')).toMatch(new RegExp(`^## .*\n\nSchema version ${version}\\.$`, 'm'));
});
