// A dead task is the whole task: what is added to _tasks has to be added to _dead_tasks, and has to arrive there.
import { expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { row, rows, value } from '../../support/sql.ts';

const db = useDatabase();

const columnsOf = (table: string) =>
  rows<{ column: string }>(
    db.pool,
    `select attname || ' ' || format_type(atttypid, atttypmod) as column from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  ).then((found) => found.map(({ column }) => column));

/** What the last attempt changes. */
const CHANGES = [
  'due',
  'attempts',
  'leased_until',
  'lease_token',
  'executions',
  'last_status',
  'retry_reason',
  'first_attempt',
];

test('every column of a task is one of a dead task', async () => {
  expect(await columnsOf('taskqueue._dead_tasks')).toEqual(expect.arrayContaining(await columnsOf('taskqueue._tasks')));
});

test('every column arrives', async () => {
  await db.pool.query(
    `select taskqueue.add(url => '/a', method => 'PUT', payload => 'body', headers => '{"X-A": "1"}', name => 'named',
       target => 'web', namespace => 'space', dispatch_deadline => 20, retry => '{"task_retry_limit": 0}', transactional => false)`,
  );
  const before = await value<Record<string, unknown>>(db.pool, 'select to_jsonb(t) from taskqueue._tasks as t');
  const claimed = await row(db.pool, `select * from taskqueue.claim_tasks('default', 1)`);
  await db.pool.query(`select taskqueue.fail_task('default', $1, $2, 500, 'status', true, false)`, [
    claimed.id,
    claimed.lease_token,
  ]);
  const after = await value<Record<string, unknown>>(db.pool, 'select to_jsonb(d) from taskqueue._dead_tasks as d');
  for (const column of CHANGES) delete before[column];
  expect(after).toMatchObject(before);
});
