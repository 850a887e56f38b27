// A dead task is the whole task: a column of _tasks is one of _dead_tasks. That each arrives is in test/round-trips/.
import { expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { rows } from '../../support/sql.ts';

const db = useDatabase();

const columnsOf = (table: string) =>
  rows<{ column: string }>(
    db.pool,
    `select attname || ' ' || format_type(atttypid, atttypmod) as column from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  ).then((found) => found.map(({ column }) => column));

test('every column of a task is one of a dead task', async () => {
  expect(await columnsOf('taskqueue._dead_tasks')).toEqual(expect.arrayContaining(await columnsOf('taskqueue._tasks')));
});
