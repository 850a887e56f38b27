import { expect, test } from 'vitest';
import { eventually } from '../../src/testing/eventually.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();

test('a task that someone holds locked holds up nobody else: other queues settle, and it does when it is let go', async () => {
  const holder = await harness.database.client();
  await harness.createQueue('held');
  await harness.createQueue('others');
  harness.target.answer(async ({ url }) => {
    if (url === '/held') {
      await holder.query('begin');
      await holder.query('select from taskqueue._tasks for update');
    }
    return 200;
  });
  await harness.dispatcher().start();
  await harness.add('held', { url: '/held' });
  const isWaiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%complete_tasks%' and datname = current_database()`;
  await eventually(async () => expect((await harness.database.pool.query(isWaiting)).rowCount).toBe(1));
  await harness.addMany('others', 50);
  await eventually(async () => expect(await harness.tasks('others')).toEqual([]), { timeoutMs: 5_000 });
  expect(await harness.tasks('held')).toHaveLength(1);
  await holder.query('rollback');
  await eventually(async () => expect(await harness.tasks('held')).toEqual([]), { timeoutMs: 5_000 });
});
