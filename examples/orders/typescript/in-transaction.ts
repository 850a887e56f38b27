// A transaction of pg: committed when the work is done, rolled back when it throws.

import type pg from 'pg';

export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (transaction: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure) => {
      broken = failure; // such a connection must not go back to the pool
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
