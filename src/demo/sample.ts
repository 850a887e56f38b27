// Starts the sample application with its table, its queue and its port.

import pg from 'pg';
import { TaskQueues } from '../client/task-queues.ts';
import { QueueExistsError } from '../domain/errors.ts';
import { listen } from '../server/listen.ts';
import { sampleApp } from './app.ts';
import { createOrdersTable, ORDERS_QUEUE } from './orders.ts';

/** The target of the sample application. */
export const SAMPLE_TARGET = 'sample';

/** The sample application, listening. */
export interface Sample {
  /** Address of its page, and of its handlers. */
  readonly url: string;
  /** Its target. */
  readonly target: string;
  stop(): Promise<void>;
}

/**
 * Starts it on the port, or on the next free one.
 *
 * @param say called with a line for each delivery
 */
export async function startSample(
  databaseUrl: string,
  { port, say }: { port: number; say: (line: string) => void },
): Promise<Sample> {
  const pool = new pg.Pool({ connectionString: databaseUrl, application_name: 'pgtaskqueue sample', max: 5 });
  pool.on('error', () => {}); // the pool replaces an idle connection that is lost
  const queues = new TaskQueues({ database: pool });
  await createOrdersTable(pool);
  await createOrdersQueue(queues);
  const listening = await listen(sampleApp({ pool, queues, say }).fetch, {
    host: '127.0.0.1',
    port,
    moveBusyPort: true,
  });
  return {
    url: listening.url,
    target: SAMPLE_TARGET,
    async stop() {
      await listening.close();
      await pool.end();
    },
  };
}

/** Creates the queue if it does not exist. */
export async function createOrdersQueue(queues: TaskQueues): Promise<void> {
  try {
    await queues.createQueue(ORDERS_QUEUE, { rate: '50/s', bucketSize: 50, target: SAMPLE_TARGET });
  } catch (error) {
    if (!(error instanceof QueueExistsError)) throw error;
  }
}
