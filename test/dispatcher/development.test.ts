import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;

test('without automatic runs, tasks wait until they are run, and a failed one waits again', async () => {
  await harness.createQueue('manual');
  harness.target.answer([500]);
  await harness.dispatcher({ development: { autoRun: false } }).start();
  const [first, second] = [await harness.add('manual', { url: '/1' }), await harness.add('manual', { url: '/2' })];
  await sql('select taskqueue.run_task($1, $2)', 'manual', second);
  await eventually(async () => expect((await harness.tasks('manual')).map((task) => task.last_status)).toContain(500));
  await sql('select taskqueue.run_task($1, $2)', 'manual', second);
  await eventually(() => harness.target.requests.length === 2);
  await eventually(async () => expect(await harness.tasks('manual')).toMatchObject([{ name: first, retry_count: 0 }]));
  expect(harness.target.requests.map(({ url }) => url)).toEqual(['/2', '/2']);
});

test('rates are ignored, even a rate or a bucket of 0; a paused queue stays paused', async () => {
  await harness.createQueue('fast', { rate: '1/h', bucket_size: 1 });
  await harness.createQueue('still', { rate: '0' });
  await harness.createQueue('dry', { rate: '5/s', bucket_size: 0 });
  await harness.createQueue('paused', { rate: '5/s' });
  await sql(`select taskqueue.pause_queue('paused')`);
  const dispatcher = harness.dispatcher({ development: { ignoreRates: true } });
  for (const [queue, tasks] of Object.entries({ fast: 50, still: 2, dry: 3, paused: 1 }))
    await harness.addMany(queue, tasks);
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 55, completed: 55 });
});

test('with ignored rates, tasks of a queue with a rate of 0 start when they are added', async () => {
  await harness.createQueue('zero', { rate: '0' });
  await harness.dispatcher({ development: { ignoreRates: true } }).start();
  await harness.add('zero', { url: '/zero' });
  await eventually(() => harness.target.requests.some(({ url }) => url === '/zero'));
});

test('without retries, a task that fails is dead', async () => {
  await harness.createQueue('once');
  harness.target.answer([500]);
  await harness.add('once', { name: 'tried', url: '/x' });
  expect(await harness.dispatcher({ development: { retries: false } }).runOnce()).toMatchObject({ dead: 1 });
  expect(await sql(`select name from taskqueue.dead_tasks where queue = 'once'`)).toEqual([{ name: 'tried' }]);
});
