// The application's own part: its table of orders, and the transaction that adds an order and its task together.

import type pg from 'pg';
import type { TaskQueues } from '../client/task-queues.ts';

/** The queue whose tasks confirm orders. */
export const ORDERS_QUEUE = 'orders';

/** An order and its progress. */
export interface Order {
  id: number;
  item: string;
  placed: Date;
  confirmed: Date | null;
  /** Name of the task that confirms it. */
  task: string | null;
  /** State of that task while it exists; null once it is done. */
  taskState: string | null;
}

/** Creates the table if it does not exist. */
export async function createOrdersTable(pool: pg.Pool): Promise<void> {
  await pool.query(`create table if not exists orders (
    id integer generated always as identity primary key,
    item text not null,
    placed timestamptz not null default now(),
    confirmed timestamptz,
    task text
  )`);
}

/**
 * Places an order. The row and the task that will confirm it are committed together, or not at all.
 *
 * @returns the order's number and the task's name
 */
export async function placeOrder(
  pool: pg.Pool,
  queues: TaskQueues,
  item: string,
): Promise<{ id: number; task: string }> {
  const transaction = await pool.connect();
  try {
    await transaction.query('begin');
    const placed = await insertWithTask(transaction, queues, item);
    await transaction.query('commit');
    return placed;
  } catch (error) {
    await transaction.query('rollback');
    throw error;
  } finally {
    transaction.release();
  }
}

/** The two writes of an order, in the caller's transaction. */
export async function insertWithTask(
  transaction: pg.PoolClient,
  queues: TaskQueues,
  item: string,
): Promise<{ id: number; task: string }> {
  const inserted = await transaction.query<{ id: number }>('insert into orders (item) values ($1) returning id', [
    item,
  ]);
  const id = inserted.rows[0]?.id as number;
  const task = await queues.queue(ORDERS_QUEUE).add({ url: '/tasks/confirm', json: { order: id } }, { transaction });
  await transaction.query('update orders set task = $2 where id = $1', [id, task.name]);
  return { id, task: task.name };
}

/** Marks the order as confirmed. It is idempotent, because a task may be delivered more than once. */
export async function confirmOrder(pool: pg.Pool, id: number): Promise<boolean> {
  const found = await pool.query('update orders set confirmed = coalesce(confirmed, now()) where id = $1', [id]);
  return found.rowCount === 1;
}

/** The newest orders, with the state of their tasks from the view `taskqueue.tasks`. */
export async function listOrders(pool: pg.Pool): Promise<Order[]> {
  const { rows } = await pool.query<Order>(
    `select o.id, o.item, o.placed, o.confirmed, o.task, t.state as "taskState"
     from orders o left join taskqueue.tasks t on t.queue = $1 and t.name = o.task
     order by o.id desc limit 20`,
    [ORDERS_QUEUE],
  );
  return rows;
}
