import { expect, test } from 'vitest';
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
