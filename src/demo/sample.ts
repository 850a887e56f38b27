// Starting the sample application: its table, its queue, its port.

import pg from 'pg';
import { TaskQueues } from '../client/task-queues.ts';
import { QueueExistsError } from '../domain/errors.ts';
import { listen } from '../server/listen.ts';
import { sampleApp } from './app.ts';
import { createOrdersTable, ORDERS_QUEUE } from './orders.ts';

/** The target that stands for the sample application. */
export const SAMPLE_TARGET = 'sample';

/** The sample application, listening. */
export interface Sample {
  /** Where its page is, and where its tasks go. */
  readonly url: string;
  /** The target that stands for it. */
  readonly target: string;
  stop(): Promise<void>;
}

/**
 * Starts it on the port, or the next free one.
 *
 * @param say told of each delivery, in a line for people
 */
export async function startSample(
  databaseUrl: string,
  { port, say }: { port: number; say: (line: string) => void },
): Promise<Sample> {
  const pool = new pg.Pool({ connectionString: databaseUrl, application_name: 'pgtaskqueue sample', max: 5 });
  pool.on('error', () => {}); // an idle connection that dies is replaced by the next that is asked for
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

/** Makes the queue unless it is there. */
export async function createOrdersQueue(queues: TaskQueues): Promise<void> {
  try {
    await queues.createQueue(ORDERS_QUEUE, { rate: '50/s', bucketSize: 50, target: SAMPLE_TARGET });
  } catch (error) {
    if (!(error instanceof QueueExistsError)) throw error;
  }
}
