import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();

test('a locked task holds up no other queue, and is settled when it is unlocked', async () => {
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
  await eventually(async () => expect(await harness.tasks('others')).toEqual([]));
  expect(await harness.tasks('held')).toHaveLength(1);
  await holder.query('rollback');
  await eventually(async () => expect(await harness.tasks('held')).toEqual([]));
});

test('nor does a locked task that is forced to run; it runs when it is unlocked', async () => {
  const holder = await harness.database.client();
  await harness.createQueue('asked');
  await harness.createQueue('busy');
  await harness.add('asked', { url: '/asked', countdown: 3600 });
  const [{ name }] = (await harness.tasks('asked')) as [{ name: string }];
  await holder.query('begin');
  await holder.query('select from taskqueue._tasks for update');
  await harness.database.pool.query('select taskqueue.run_task($1, $2)', ['asked', name]);
  await harness.dispatcher().start();
  await harness.addMany('busy', 20);
  await eventually(async () => expect(await harness.tasks('busy')).toEqual([]));
  expect(await harness.tasks('asked')).toHaveLength(1);
  await holder.query('rollback');
  await eventually(async () => expect(await harness.tasks('asked')).toEqual([]));
});
