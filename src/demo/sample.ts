// Starts the sample application with its table, its queue and its port.

import pg from 'pg';
import { TaskQueues } from '../client/task-queues.ts';
import { QueueExistsError } from '../domain/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { listen } from '../server/listen.ts';
import { sampleApp } from './app.ts';
import { OldSnapshot } from './old-snapshot.ts';
import { createOrdersTable, ORDERS_QUEUE } from './orders.ts';
import { withoutShop } from './shop/quiet-logger.ts';
import { Shop } from './shop/shop.ts';

/** The target of the sample application. */
export const SAMPLE_TARGET = 'sample';

/** The sample application, listening. */
export interface Sample {
  /** Address of its page, and of its handlers. */
  readonly url: string;
  /** Its target. */
  readonly target: string;
  /** Leaves out what concerns only its own queues. */
  quiet(logger: Logger): Logger;
  /** Begins to add tasks, once the server at this address dispatches them. */
  begin(serverUrl: string): Promise<void>;
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
  const pool = new pg.Pool({ connectionString: databaseUrl, application_name: 'pgtaskqueue sample', max: 10 });
  pool.on('error', () => {}); // the pool replaces an idle connection that is lost
  const queues = new TaskQueues({ database: pool });
  await createOrdersTable(pool);
  await createOrdersQueue(queues);
  const snapshot = new OldSnapshot(databaseUrl);
  const shop = new Shop({ pool, queues, target: SAMPLE_TARGET });
  let consoleUrl: string | undefined;
  const app = sampleApp({ pool, queues, say, snapshot, consoleUrl: () => consoleUrl });
  const listening = await listen(app.fetch, {
    host: '127.0.0.1',
    port,
    moveBusyPort: true,
  });
  return {
    url: listening.url,
    target: SAMPLE_TARGET,
    quiet: withoutShop,
    begin(serverUrl) {
      consoleUrl = `${serverUrl}/console`;
      return shop.start();
    },
    async stop() {
      await Promise.all([shop.stop(), snapshot.release()]);
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
