// The sample shop keeps its queues alive, and the database small.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskQueues } from '../../src/client/task-queues.ts';
import { createOrdersTable } from '../../src/demo/orders.ts';
import { startSample } from '../../src/demo/sample.ts';
import { Shop } from '../../src/demo/shop/shop.ts';
import { shopQueues } from '../../src/demo/shop/shop-queues.ts';
import { createServer } from '../../src/server.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let server: ReturnType<typeof createServer>;
let sample: Awaited<ReturnType<typeof startSample>>;

beforeAll(async () => {
  await createOrdersTable(database.pool);
  sample = await startSample(database.url, { port: 0, say: () => {} });
  const targets = { [sample.target]: sample.url };
  server = createServer({ database: database.url, port: 0, targets, roles: ['http', 'dispatcher'] });
  await server.start();
  await sample.begin(server.url);
});
afterAll(() => Promise.all([server?.stop(), sample?.stop()]));

test('each queue gets into its state', async () => {
  const rows = async () =>
    (
      await database.pool.query(
        `select name, condition, (in_flight >= max_concurrent_requests) as full from taskqueue.queues where name like 'shop-%' order by name`,
      )
    ).rows;
  const seen = new Map<string, Set<string>>();
  await expect
    .poll(
      async () => {
        for (const { name, condition, full } of await rows())
          seen.set(name, (seen.get(name) ?? new Set()).add(full ? 'full' : condition));
        return Object.fromEntries([...seen].map(([name, states]) => [name, [...states].sort().join()]));
      },
      { timeout: 60_000, interval: 300 },
    )
    .toMatchObject({
      'shop-mail': expect.stringContaining('running'),
      'shop-newsletter': 'paused',
      'shop-thumbnails': expect.stringContaining('full'),
      'shop-webhooks': expect.stringMatching(/lowered|failing/),
    });
});

test('workers lease the pull queue, and its tasks end', async () => {
  const done = () =>
    database.pool.query(
      `select (select count(*) from taskqueue.tasks where queue = 'shop-search' and state = 'leased')::integer as leased`,
    );
  await expect.poll(async () => (await done()).rows[0].leased).toBeGreaterThan(0);
});

test('the page links to the console', async () => {
  expect(await (await fetch(sample.url)).text()).toContain(`href="${server.url}/console"`);
});

test('no queue grows beyond its bound, and those that were deleted stay so', async () => {
  const queues = new TaskQueues({ database: database.pool });
  const shop = new Shop({ pool: database.pool, queues, target: 'nowhere' });
  await queues.deleteQueue('shop-mail');
  for (let i = 0; i < 60; i += 1) await shop.addSome();
  const { rows } = await database.pool.query(
    `select queue as name, count(*)::integer as tasks from taskqueue.tasks where queue like 'shop-%' group by 1`,
  );
  const most = new Map(shopQueues('nowhere').map((queue) => [queue.name, queue.most]));
  expect(rows.length).toBeGreaterThanOrEqual(4);
  // Two add at the same time, each what was missing when it looked.
  for (const { name, tasks } of rows) expect(tasks, name).toBeLessThanOrEqual((most.get(name) ?? 0) * 2);
  expect(rows.map(({ name }) => name)).not.toContain('shop-mail');
});
