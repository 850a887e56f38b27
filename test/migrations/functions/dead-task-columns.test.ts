// A dead task is the whole task: every column of _tasks, those to come included, arrives in _dead_tasks, and comes back
// with a requeue.
import { expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { row, rows, value } from '../../support/sql.ts';

const db = useDatabase();

/** What a burial and a requeue change. */
const BURIED = ['lease_token'];
const REQUEUED = [
  ...['id', 'due', 'attempts', 'leased_until', 'lease_token', 'executions', 'last_status', 'retry_reason'],
  ...['first_attempt', 'non_5xx_executions', 'last_scheduled', 'last_dispatched', 'last_answered', 'forced_runs'],
];

/** A value for a column, by its type. */
const VALUES: Record<string, string> = {
  bigint: '7',
  integer: '7',
  'double precision': '1800',
  'timestamp with time zone': `timestamptz '2026-01-02'`,
  uuid: `'00000000-0000-7000-8000-000000000007'`,
  text: `'seven'`,
  '"char"': `'t'`,
  jsonb: `'{"url": "seven"}'`,
  bytea: `'seven'`,
  'taskqueue.retry_parameters': 'row(7, 7, 7, 7, 7)',
};

const columnsOf = (table: string) =>
  rows<{ name: string; type: string }>(
    db.pool,
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );

const without = (task: object, columns: string[]) =>
  Object.fromEntries(Object.entries(task).filter(([column]) => !columns.includes(column)));

test('every column of a task is one of a dead task', async () => {
  expect(await columnsOf('taskqueue._dead_tasks')).toEqual(expect.arrayContaining(await columnsOf('taskqueue._tasks')));
});

test('every column of a task is kept by a burial and a requeue, or known to be reset', async () => {
  const columns = await columnsOf('taskqueue._tasks');
  const id = 128;
  const filled = columns.map(({ name, type }) => {
    if (name === 'id') return id;
    if (name === 'queue_id') return `(select q.id from taskqueue._queues as q where q.name = 'default')`;
    const sample = VALUES[type];
    if (sample === undefined) throw new Error(`no value for column ${name} of type ${type}`);
    return sample;
  });
  await db.pool.query(
    `insert into taskqueue._tasks (${columns.map(({ name }) => name).join(', ')}) values (${filled.join(', ')})`,
  );
  const task = await row(db.pool, 'select * from taskqueue._tasks');
  await db.pool.query(`select taskqueue._bury_tasks($1, array[$2::bigint], 'App Error')`, [task.queue_id, id]);
  const dead = await row(db.pool, 'select * from taskqueue._dead_tasks');
  expect(dead).toMatchObject(without(task, BURIED));
  expect(dead.lease_token).toBeNull();
  await db.pool.query(`select taskqueue.requeue_task('default', 'seven')`);
  const back = await row(db.pool, 'select * from taskqueue._tasks');
  expect(without(back, REQUEUED)).toEqual(without(task, REQUEUED));
  expect(await value(db.pool, 'select count(*)::integer from taskqueue._dead_tasks')).toBe(0);
});
