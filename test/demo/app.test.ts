import { beforeAll, describe, expect, test } from 'vitest';
import { TaskQueues } from '../../src/client/task-queues.ts';
import { sampleApp } from '../../src/demo/app.ts';
import { OldSnapshot } from '../../src/demo/old-snapshot.ts';
import { createOrdersTable, listOrders, placeOrder } from '../../src/demo/orders.ts';
import { createOrdersQueue } from '../../src/demo/sample.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
const said: string[] = [];
let queues: TaskQueues;
let app: ReturnType<typeof sampleApp>;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  app = sampleApp({ pool: database.pool, queues, say: (line) => said.push(line) });
  for (const _ of ['first start', 'second start']) {
    await createOrdersTable(database.pool);
    await createOrdersQueue(queues);
  }
});

const form = (item: string, headers: Record<string, string> = { origin: 'http://localhost' }) => ({
  method: 'POST',
  body: new URLSearchParams({ item }),
  headers,
});

test('the form places an order with its task, and the page shows both', async () => {
  const placed = await app.request('/orders', form('<i>Tea</i>'));
  expect([placed.status, placed.headers.get('location')]).toEqual([303, '/']);
  const [order] = await listOrders(database.pool);
  expect(order).toMatchObject({ item: '<i>Tea</i>', confirmed: null, taskState: 'due' });
  const page = await (await app.request('/')).text();
  expect(page).toContain('&lt;i&gt;Tea&lt;/i&gt;');
  expect(page).toContain(order?.task);
  expect(page).toContain('waiting');
  expect(page).not.toContain('<script');
});

test('the handler confirms the order, twice as well as once, and says so', async () => {
  const { id, task } = await placeOrder(database.pool, queues, 'Scones');
  const headers = { 'content-type': 'application/json', 'x-appengine-taskname': task };
  const deliver = (retries: string) =>
    app.request('/tasks/confirm', {
      method: 'POST',
      body: JSON.stringify({ order: id }),
      headers: { ...headers, 'x-appengine-taskretrycount': retries },
    });
  expect((await deliver('0')).status).toBe(200);
  const confirmed = (await listOrders(database.pool)).find((order) => order.id === id)?.confirmed;
  expect(confirmed).toBeInstanceOf(Date);
  expect((await deliver('1')).status).toBe(200);
  expect((await listOrders(database.pool)).find((order) => order.id === id)?.confirmed).toEqual(confirmed);
  expect(said.at(-2)).toMatch(
    new RegExp(`^order ${id} committed with its task ${task} → POST /tasks/confirm 200 in \\d+ ms$`),
  );
  expect(said.at(-1)).toContain('(attempt 2)');
});

test('any other task is shown and answered', async () => {
  const headers = { 'x-appengine-taskname': 'task-1', 'x-appengine-queuename': 'orders' };
  expect((await app.request('/tasks/hello', { method: 'POST', body: 'hi', headers })).status).toBe(200);
  expect(said.at(-1)).toBe('task task-1 of queue orders → POST /tasks/hello 200 hi');
});

describe('it answers this machine and its own page only', () => {
  test('under a foreign name', async () => {
    for (const path of ['/', '/orders', '/tasks/confirm', '/tasks/x']) {
      const method = path === '/' ? 'GET' : 'POST';
      expect((await app.request(path, { method, headers: { host: 'evil.example' } })).status).toBe(421);
    }
  });

  test('from a foreign page', async () => {
    const before = (await listOrders(database.pool)).length;
    for (const origin of ['http://evil.example', 'http://localhost:9999', 'null', '']) {
      expect((await app.request('/orders', form('Poison', { origin }))).status).toBe(403);
    }
    expect((await listOrders(database.pool)).length).toBe(before);
  });

  test('from a program without a page', async () => {
    expect((await app.request('/orders', form('By curl', {}))).status).toBe(303);
  });

  test('an order without an item', async () => {
    expect((await app.request('/orders', form('  '))).status).toBe(400);
  });
});

describe('an old snapshot', () => {
  test('is held and let go by the page, and names itself', async () => {
    const snapshot = new OldSnapshot(database.url);
    const shop = sampleApp({
      pool: database.pool,
      queues,
      say: () => {},
      snapshot,
      consoleUrl: () => 'http://c/console',
    });
    const held = `select backend_xmin is not null as held from pg_stat_activity
      where application_name = 'sample: an old snapshot' and datname = current_database()`;
    const press = () => shop.request('/snapshot', { method: 'POST', headers: { origin: 'http://localhost' } });
    expect(await (await shop.request('/')).text()).toContain('href="http://c/console"');
    expect((await press()).status).toBe(303);
    expect((await database.pool.query(held)).rows).toEqual([{ held: true }]);
    expect(await (await shop.request('/')).text()).toMatch(/Held for another \d+ s/);
    await press();
    await expect.poll(async () => (await database.pool.query(held)).rows).toEqual([]);
    expect(snapshot.seconds).toBe(0);
  });

  test('cannot be held from another site', async () => {
    const snapshot = new OldSnapshot(database.url);
    const shop = sampleApp({ pool: database.pool, queues, say: () => {}, snapshot });
    const elsewhere = { method: 'POST', headers: { origin: 'http://elsewhere.example' } };
    expect((await shop.request('/snapshot', elsewhere)).status).toBe(403);
    expect(snapshot.seconds).toBe(0);
  });
});
