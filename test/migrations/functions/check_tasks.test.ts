import { expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, rows } from '../../support/sql.ts';

const db = useDatabase();

const check = (queue: string, tasks: unknown) =>
  rows<{ index: number; error: string | null; message: string | null }>(
    db.pool,
    'select * from taskqueue.check_tasks($1, $2)',
    [queue, JSON.stringify(tasks)],
  );

test('each task is checked as add_tasks would check it, and none is added', async () => {
  const tasks = [
    { url: '/a' },
    { url: 'a' },
    { name: 'b' },
    { name: 'b' },
    { eta: 'x' },
    { tag: 't' },
    1,
    { name: '' },
  ];
  const found = await check('default', tasks);
  expect(found.map(({ index, error }) => [index, error])).toEqual([
    ...[
      [0, null],
      [1, 'TQ007'],
      [2, null],
      [3, 'TQ016'],
      [4, 'TQ012'],
      [5, 'TQ108'],
      [6, 'TQ108'],
      [7, null],
    ],
  ]);
  expect(found[1]?.message).toMatch(/^url must be/);
  expect(found[0]?.message).toBeNull();
  expect(await rows(db.pool, 'select from taskqueue.tasks')).toEqual([]);
});

test('errors of single tasks are those that add raises', async () => {
  const odd = [
    { payload: 'x'.repeat(110_000) },
    { method: 'PULL', payload: '' },
    { retry: 1 },
    { dispatch_deadline: 1 },
  ];
  for (const [index, { error }] of (await check('default', odd)).entries()) {
    const added = db.pool.query('select taskqueue.add_tasks($1, $2)', ['default', JSON.stringify([odd[index]])]);
    expect((await refusal(added)).code).toBe(error);
  }
});

test('what concerns all tasks is raised', async () => {
  expect(await check('default', [])).toEqual([]);
  expect((await refusal(check('nowhere', []))).code).toBe('TQ001');
  expect((await refusal(check('default', {}))).code).toBe('TQ108');
  expect((await refusal(check('default', Array(101).fill({})))).code).toBe('TQ018');
});
