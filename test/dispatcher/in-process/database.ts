// What the sample applications do with their database: a handler that records its task and waits for the test.

import pg from 'pg';
import type { DeliveredTask } from '../../../src/handler.ts';

export const database = process.env.DATABASE_URL as string;
export const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
export const pool = new pg.Pool({ connectionString: database });

/** Records that the task began, waits until the test opens the gate, and records that it ended. */
export async function handle(task: DeliveredTask): Promise<void> {
  await pool.query('insert into handled (task, attempt) values ($1, $2)', [task.name, task.retryCount]);
  while ((await pool.query('select from gate')).rowCount === 0) await new Promise((resolve) => setImmediate(resolve));
  await pool.query('update handled set ended = true where task = $1 and attempt = $2', [task.name, task.retryCount]);
}

/** Runs once when the process is asked to terminate. Nothing calls process.exit: the process ends when nothing is open. */
export function onTermination(shutDown: () => Promise<void>): void {
  process.once('SIGTERM', async () => {
    process.stdout.write('stopping\n');
    await shutDown();
    await pool.end();
  });
  process.stdout.write('started\n');
}
