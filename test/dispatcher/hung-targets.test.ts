// Targets that accept requests and never answer: the slots that they hold do not stop other queues, and explain_task
// reports them.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
/** The last tenth has more slots than there are queues, so each queue has one of its own. */
const SLOTS = 200;

/** Tasks below /hung never get a response. */
function hang(): void {
  harness.target.answer(({ url }) => (url.startsWith('/hung') ? new Promise(() => {}) : 200));
}

async function addHung(queue: string, n: number, first = 0): Promise<void> {
  const tasks = JSON.stringify(
    Array.from({ length: n }, (_, i) => ({ url: `/hung/${first + i}`, name: `hung-${first + i}` })),
  );
  await harness.database.pool.query(
    'select count(*) from taskqueue.add_tasks(queue => $1, tasks => $2, transactional => false)',
    [queue, tasks],
  );
}

const explain = async (queue: string, name: string) =>
  (await harness.database.pool.query('select reason, detail from taskqueue.explain_task($1, $2)', [queue, name])).rows;

test.each([1, 3, 9])('with %d queues of a target that never answers, another queue starts', async (hung) => {
  hang();
  for (let i = 0; i < hung; i++) {
    await harness.createQueue(`hung-${hung}-${i}`, { max_concurrent_requests: 1000 });
    for (const first of [0, 100]) await addHung(`hung-${hung}-${i}`, 100, first);
  }
  const well = `well-${hung}`;
  await harness.createQueue(well);
  const dispatcher = harness.dispatcher({ concurrency: SLOTS });
  await dispatcher.start();
  await eventually(() => harness.target.requests.length >= SLOTS * 0.9);
  await sleep(1_500); // by now they hold all that they may have
  const before = harness.target.requests.length;
  await harness.addMany(well, 20);
  await eventually(() => harness.target.requests.length > before);
  await eventually(async () => expect(await harness.tasks(well)).toEqual([]));
});

test('explain_task shows the target that holds the slots, and since when, until they are free', async () => {
  const answers: (() => void)[] = [];
  harness.target.answer(() => new Promise((resolve) => answers.push(() => resolve(200))));
  await harness.database.pool.query(`select taskqueue.set_target('slow', $1)`, [harness.target.url]);
  await harness.createQueue('slots', { target: 'slow' });
  await addHung('slots', 20);
  const from = Date.now();
  await harness.dispatcher({ concurrency: 10 }).start();
  const waiting = async () =>
    (await harness.tasks('slots')).filter(({ state }) => state === 'due').map(({ name }) => name as string);
  await eventually(async () => expect(await waiting()).toHaveLength(11));
  const [last = ''] = (await waiting()).slice(-1);
  await eventually(async () => {
    const [first] = await explain('slots', last);
    expect(first).toMatchObject({
      reason: 'slots',
      detail: expect.stringContaining('9 of them waiting for target slow since '),
    });
    const since = Date.parse(/since (.*) UTC/.exec(first.detail)?.[1]?.replace(' ', 'T').concat('Z') ?? '');
    expect(Math.abs(since - from)).toBeLessThan(60_000);
  });
  while ((await harness.tasks('slots')).length > 0) {
    for (const answer of answers.splice(0)) answer();
    await sleep(50);
  }
  harness.target.answer([]);
  await harness.add('slots', { name: 'later', countdown: 3600 });
  await eventually(async () => expect(await explain('slots', 'later')).toMatchObject([{ reason: 'eta' }]));
  await eventually(async () => {
    const { rows } = await harness.database.pool.query(
      `select h.kind from taskqueue._blockers as h join taskqueue._queues as q on q.id = h.queue_id where q.name = 'slots' order by h.at desc limit 1`,
    );
    expect(rows).toEqual([{ kind: null }]);
  });
});

test('tasks that wait for a slot at their target are reported', async () => {
  hang();
  await harness.database.pool.query(`select taskqueue.set_target('narrow', $1, max_concurrent => 2)`, [
    harness.target.url,
  ]);
  await harness.createQueue('narrow', { target: 'narrow' });
  await addHung('narrow', 60);
  await harness.dispatcher().start();
  await eventually(() => harness.target.requests.length === 2);
  await harness.add('narrow', { name: 'last', url: '/hung' });
  await eventually(async () => {
    const [first] = await explain('narrow', 'last');
    expect(first).toMatchObject({
      reason: 'concurrency',
      detail: expect.stringMatching(
        /^Target narrow has had as many requests in flight as it may since .*; waiting for a slot there: \d+ tasks? of queue /,
      ),
    });
  });
});
