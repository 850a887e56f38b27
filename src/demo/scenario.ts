// A scenario, and the real parts that it uses: a database, the client, the server with its dispatcher, and a handler.

import pg from 'pg';
import { TaskQueues } from '../client/task-queues.ts';
import { Deferred } from '../deferred.ts';
import { generateSecret } from '../domain/signing/signing-key.ts';
import { silentLogger } from '../runtime/logger.ts';
import { listen } from '../server/listen.ts';
import { createServer } from '../server/server.ts';
import { sampleApp } from './app.ts';
import { createOrdersTable } from './orders.ts';
import { Recorder } from './recorder.ts';
import { createOrdersQueue, SAMPLE_TARGET } from './sample.ts';
import type { Transcript } from './transcript.ts';

/** The target whose requests are signed; it serves deferred functions too. */
export const SIGNED_TARGET = 'signed';
const DEFERRED_PATH = '/_ah/queue/deferred';

/** The parts that a scenario uses. */
export interface ScenarioContext {
  readonly pool: pg.Pool;
  readonly queues: TaskQueues;
  /** The handler all tasks are sent to. */
  readonly handler: Recorder;
  readonly transcript: Transcript;
  /** Signs the requests to SIGNED_TARGET. */
  readonly secret: string;
  readonly deferred: Deferred;
  /** The number of rows that the query returns. */
  count(sql: string, values?: unknown[]): Promise<number>;
}

/** A scenario with a title that says what it shows. */
export interface Scenario {
  title: string;
  run(context: ScenarioContext): Promise<void>;
}

/** Calls `run` with a context on an empty database, and stops its parts afterwards. */
export async function withScenarioContext(
  databaseUrl: string,
  transcript: Transcript,
  run: (context: ScenarioContext) => Promise<void>,
): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 5 });
  pool.on('error', () => {});
  const queues = new TaskQueues({ database: pool });
  await createOrdersTable(pool);
  await createOrdersQueue(queues);
  const secret = generateSecret();
  const deferred = new Deferred(queues, { logger: silentLogger });
  const functions = deferred.handler({ secrets: secret });
  const app = sampleApp({ pool, queues, say: () => {} });
  const handler = new Recorder((request) =>
    new URL(request.url).pathname === DEFERRED_PATH ? functions(request) : app.fetch(request),
  );
  const listening = await listen(handler.fetch, { host: '127.0.0.1', port: 0 });
  const targets = { default: listening.url, [SAMPLE_TARGET]: listening.url, [SIGNED_TARGET]: listening.url };
  const signingKeys = { [SIGNED_TARGET]: secret };
  const server = createServer({ database: databaseUrl, port: 0, targets, signingKeys, logger: silentLogger });
  await server.start();
  const count = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows.length;
  try {
    await run({ pool, queues, handler, transcript, secret, deferred, count });
  } finally {
    await server.stop();
    await listening.close();
    await pool.end();
  }
}
