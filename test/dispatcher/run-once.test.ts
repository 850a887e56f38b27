import { expect, test } from 'vitest';
import { drain } from '../../src/testing/drain.ts';
import { eventually } from '../support/eventually.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();

async function createQueues(names: string[], tasks: number): Promise<void> {
  for (const name of names) {
    await harness.createQueue(name);
    for (let left = tasks; left > 0; left -= 100) await harness.addMany(name, Math.min(100, left));
  }
}

let groups = 0;
/** Names of queues that no earlier test used. */
function named(prefix: string, n: number): string[] {
  groups += 1;
  return Array.from({ length: n }, (_, i) => `${prefix}-${groups}-${i}`);
}
const left = async (queues: string[]) => (await Promise.all(queues.map((queue) => harness.tasks(queue)))).flat().length;

test.each([
  { queues: 12, tasks: 1, concurrency: 1000 },
  { queues: 3, tasks: 1, concurrency: 50 },
  { queues: 3, tasks: 5, concurrency: 1 },
  { queues: 12, tasks: 20, concurrency: 30 },
  { queues: 30, tasks: 100, concurrency: 1000 },
])('runOnce skips none of $queues queues of $tasks tasks each, with $concurrency slots', async (given) => {
  const queues = named('once', given.queues);
  await createQueues(queues, given.tasks);
  const dispatcher = harness.dispatcher({ concurrency: given.concurrency });
  await dispatcher.runOnce();
  for (const queue of queues) expect((await harness.tasks(queue)).length, queue).toBeLessThan(given.tasks);
  await drain(dispatcher);
  expect(await left(queues)).toBe(0);
});

test('runOnce runs forced tasks of every queue, paused or not', async () => {
  const queues = named('forced', 12);
  await createQueues(queues, 1);
  await harness.database.pool.query(
    `select taskqueue.pause_queue(t.queue), taskqueue.run_task(t.queue, t.name) from taskqueue.tasks as t where t.queue = any ($1)`,
    [queues],
  );
  await harness.dispatcher({ concurrency: 2 }).runOnce();
  expect(await left(queues)).toBe(0);
});

test('more forced tasks of a paused queue than a claim takes are sent without waiting for the poll', async () => {
  await createQueues(['many-forced'], 250);
  await harness.database.pool.query(`select taskqueue.pause_queue('many-forced')`);
  await harness.database.pool.query(
    `select taskqueue.run_task(t.queue, t.name) from taskqueue.tasks as t where t.queue = 'many-forced'`,
  );
  await harness.dispatcher({ pollSeconds: 3600 }).start();
  await eventually(async () => expect(await left(['many-forced'])).toBe(0));
});

test('a queue with nothing to run takes no slot from another', async () => {
  const queues = named('quiet', 11);
  await createQueues(queues, 0);
  await createQueues(['lively'], 3);
  const dispatcher = harness.dispatcher({ concurrency: 4 }); // one queue has nine tenths at most
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 3, completed: 3 });
});

test('runOnce names the queues that another dispatcher leads, and drain refuses to leave them out', async () => {
  await createQueues(['here', 'there'], 1);
  const running = harness.dispatcher({ development: { autoRun: false } });
  await running.start();
  await eventually(async () => {
    // A dispatcher of an earlier test may have been counted as present a moment ago.
    const { rows } = await harness.database.pool.query('select queues from taskqueue.dispatchers');
    expect(rows).toEqual([{ queues: expect.arrayContaining(['default', 'here', 'there']) }]);
  });
  const second = harness.dispatcher();
  // The running dispatcher resigns one of its three queues to the second, sooner or later, and no more than that.
  const { ledElsewhere } = await second.runOnce();
  expect(['default', 'here', 'there']).toEqual(expect.arrayContaining(ledElsewhere));
  expect(ledElsewhere.length).toBeGreaterThanOrEqual(2);
  await expect(drain(second)).rejects.toThrow(
    /and [12] more: another dispatcher of this database leads it; stop that one, or use a database of your own/,
  );
  await running.stop();
  await drain(second);
  expect(await left(['here', 'there'])).toBe(0);
  expect(await second.runOnce()).toMatchObject({ claimed: 0, ledElsewhere: [] });
});
