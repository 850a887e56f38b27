// A task that commits long after it was added, while other tasks keep its queue busy and its floor moving. Nothing here
// waits for the poll.
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { value } from '../support/sql.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();

/** For what has to happen first, however busy the machine is. */

const delivered = () => harness.target.requests.map(({ url }) => url);
const seconds = (moment: string) =>
  value<number>(
    harness.database.pool,
    `select extract(epoch from ${moment})::double precision from taskqueue._queues where name = '${queue}'`,
  );
const floor = () => seconds('taskqueue._floor(id)');
let queue: string;

/** Keeps the queue busy until it is stopped. */
function traffic(): () => Promise<void> {
  let on = true;
  const done = (async () => {
    while (on) await harness.add(queue, { url: '/other' });
  })();
  return async () => {
    on = false;
    await done;
  };
}

/** Waits until the floor has followed the traffic; from now on an enqueuer holds it there. */
async function hold(add: () => Promise<unknown>): Promise<void> {
  const before = await floor();
  await eventually(async () => expect(await floor()).toBeGreaterThan(before));
  await add();
  const held = await seconds('clock_timestamp()');
  const others = delivered().length;
  await eventually(() => delivered().length > others + 200); // and meanwhile the others run
  expect(await floor()).toBeLessThan(held);
}

test.each([
  ['committed', 'commit', ''],
  ['prepared, and committed by someone else', `prepare transaction 'late'`, `commit prepared 'late'`],
])('a task that is %s late runs without waiting for a poll', async (_, end, andThen) => {
  queue = end === 'commit' ? 'committed' : 'prepared';
  await harness.createQueue(queue);
  await harness.dispatcher({ pollSeconds: 3600 }).start();
  const stop = traffic();
  const late = await harness.database.client();
  await hold(async () => {
    await late.query('begin');
    await late.query(`select from taskqueue.add('${queue}', url => '/late', wake => false)`); // a doorbell can't be prepared
    if (andThen) await late.query(end);
  });
  await late.query(andThen || end);
  await eventually(() => delivered().includes('/late'));
  await stop();
});
