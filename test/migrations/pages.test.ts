// The pages of tasks: they stay for the next tasks, until someone wants the disk back.

import { expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const db = useDatabase();
const pages = () => value<number>(db.pool, `select (pg_relation_size('taskqueue._tasks') / 8192)::integer as pages`);

test('vacuum keeps empty pages, and gives them back when it is told to', async () => {
  await db.pool.query(
    `do $$ begin
       for i in 1 .. 40 loop
         perform taskqueue.add_payloads('default', array_fill(repeat('x', 200), array[100]), transactional => false);
         commit;
       end loop;
     end $$`,
  );
  const full = await pages();
  expect(full).toBeGreaterThan(100);
  await db.pool.query('delete from taskqueue._tasks');
  await db.pool.query('vacuum taskqueue._tasks');
  expect(await pages()).toBe(full);
  await db.pool.query('vacuum (truncate) taskqueue._tasks');
  expect(await pages()).toBe(0);
});
