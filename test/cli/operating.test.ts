// explain, audit and verify from a shell.
import { beforeAll, expect, test } from 'vitest';
import { changes } from '../../src/cli/actions/audit.ts';
import { useDatabase } from '../support/db.ts';
import { type Ran, runHere } from './command.ts';

const database = useDatabase();
const command = (...args: string[]): Promise<Ran> => runHere([...args, '--database-url', database.url]);

beforeAll(async () => {
  await database.pool.query("select taskqueue.create_queue('mail', rate => '5/s')");
  await database.pool.query("select taskqueue.update_queue('mail', rate => '10/s', bucket_size => 20)");
  await database.pool.query(
    "select taskqueue.add('mail', name => 'receipt-7', countdown => 3600, transactional => false)",
  );
  await database.pool.query("select taskqueue.pause_queue('mail', reason => 'down')");
});

test('why a task has not run, and what would change it', async () => {
  const { code, stdout } = await command('tasks', 'explain', 'mail', 'receipt-7');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Queue mail was paused at .* by .*: down\.\n {2}pgtaskqueue queues resume mail\n/);
  const json = await command('tasks', 'explain', 'mail', 'receipt-7', '--json');
  expect(JSON.parse(json.stdout)[0]).toMatchObject({ reason: 'paused', until: null });
  expect((await command('tasks', 'explain', 'none', 'receipt-7')).code).toBe(3);
  const unknown = await command('tasks', 'explain', 'mail', 'never');
  expect(unknown).toMatchObject({ code: 3, stdout: expect.stringContaining('pgtaskqueue tasks list mail') });
});

test('who did what', async () => {
  const { stdout } = await command('audit', 'mail');
  expect(stdout).toMatch(/ pause +queue mail .*state: running → paused.* down\n/);
  expect(stdout).toMatch(/ update +queue mail +rate: 5\/s → 10\/s, bucket_size: 5 → 20\n/);
  expect(stdout).toMatch(/ create +queue mail\n/);
  expect(JSON.parse((await command('audit', '--limit', '1', '--json')).stdout)).toMatchObject([{ act: 'pause' }]);
});

test('verify ends with 1 when something is wrong', async () => {
  expect(await command('verify')).toMatchObject({ code: 0, stdout: 'All invariants hold.\n' });
  await database.pool.query('create sequence taskqueue._floor_4711');
  const { code, stdout } = await command('verify');
  expect(code).toBe(1);
  expect(stdout).toContain('sequence taskqueue._floor_4711 is left over');
  await database.pool.query('drop sequence taskqueue._floor_4711');
});

test.each([
  [{ before: { rate: '5/s', n: 1 }, after: { rate: '10/s', n: 1 } }, 'rate: 5/s → 10/s'],
  [{ before: { retry: { a: 1 } }, after: { retry: null } }, 'retry: {"a":1} → none'],
  [{ before: null, after: { rate: '5/s' } }, ''],
])('a change in words: %j', (entry, words) => {
  expect(changes(entry)).toBe(words);
});
