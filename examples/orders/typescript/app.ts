// Takes orders and writes receipts: Hono and pg.

import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';
import { TaskQueues, withTransaction } from 'pgtaskqueue';
import { type TaskVariables, taskQueueHono } from 'pgtaskqueue/handler';

const pool = new pg.Pool();
pool.on('error', (error) => console.error(error)); // an idle connection was lost; the pool opens another
const queues = new TaskQueues({ database: pool });
const app = new Hono<{ Variables: TaskVariables }>();

app.post('/orders', async (c) => {
  const { item } = (await c.req.json().catch(() => undefined)) ?? {};
  if (typeof item !== 'string' || item === '') return c.text('the body must be like {"item": "tea"}', 400);
  const order = await withTransaction(pool, async (transaction) => {
    const { rows } = await transaction.query('insert into orders (item) values ($1) returning id', [item]);
    const json = { order: rows[0].id };
    await queues.queue('receipts').add({ url: '/tasks/receipt', json }, { transaction });
    await queues.queue('packing').add({ json }, { transaction });
    return rows[0].id;
  });
  return c.text(`order ${order}`, 201);
});

app.use('/tasks/*', taskQueueHono({ secrets: 'env:PUSH_SECRET' })); // lets only genuine tasks through

app.post('/tasks/receipt', async (c) => {
  const task = c.get('task');
  const { order } = task.json<{ order: number }>();
  await withTransaction(pool, (transaction) =>
    transaction.query(
      'insert into receipts (webhook_id, order_id) values ($1, $2) on conflict (webhook_id) do nothing',
      [task.idempotencyKey, order],
    ),
  );
  return c.text('done');
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
