import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, rows, value } from '../../support/sql.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
});

const add = (queue: string, names: string[]) =>
  db.pool.query('select from taskqueue.add_tasks($1, $2, transactional => false)', [
    queue,
    JSON.stringify(names.map((name) => ({ name, payload: 'x' }))),
  ]);

async function finish(queue: string, names: string[]): Promise<Record<string, string>> {
  const results = await rows<{ name: string; result: string }>(
    db.pool,
    'select * from taskqueue.finish_tasks($1, $2)',
    [queue, names],
  );
  return Object.fromEntries(results.map(({ name, result }) => [name, result]));
}

const audited = () => value<string>(db.pool, `select count(*) from taskqueue.audit where act = 'delete'`);

test('leased tasks are finished, others are deleted, and that is recorded', async () => {
  await add('pull', ['a', 'b', 'c']);
  await rows(db.pool, `select from taskqueue.lease_tasks('pull', 60, 2)`);
  const before = Number(await audited());
  expect(await finish('pull', ['b', 'never', 'a'])).toEqual({ a: 'deleted', b: 'deleted', never: 'unknown' });
  expect(Number(await audited())).toBe(before);
  expect(await finish('pull', ['c', 'a'])).toEqual({ c: 'deleted', a: 'tombstoned' });
  expect(Number(await audited())).toBe(before + 1);
});

test('tasks of push queues, and generated names', async () => {
  const name = await value<string>(db.pool, `select name from taskqueue.add('default')`);
  await add('default', ['p']);
  expect(await finish('default', [name, 'p'])).toEqual({ [name]: 'deleted', p: 'deleted' });
  expect(await finish('default', [name, 'p'])).toEqual({ [name]: 'unknown', p: 'tombstoned' });
  expect(await finish('default', [])).toEqual({});
});

test('what is refused', async () => {
  expect((await refusal(finish('nowhere', ['a']))).code).toBe('TQ001');
  expect((await refusal(finish('pull', Array(1_001).fill('a')))).code).toBe('TQ018');
});
