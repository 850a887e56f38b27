// A server with an API of Cloud Tasks, a handler that its tasks may call, and the clients of the API.

import { afterAll, beforeAll } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server, ServerOptions } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { type Api, type ClientUnderTest, clientsOf } from './clients.ts';
import { Handler } from './handler.ts';

export const PARENT = 'projects/p/locations/europe-west1';

export const queueName = (id: string) => `${PARENT}/queues/${id}`;

/** Starts them for a test file. Call it once, outside the tests. */
export function useCloudTasks<Version extends Api = 'v2'>(
  options: Partial<ServerOptions> = {},
  api: Version = 'v2' as Version,
) {
  const database = useDatabase();
  const handler = new Handler();
  let server: Server;
  const url = () => server.url;
  const clients = clientsOf(url, api);
  beforeAll(async () => {
    await handler.start();
    server = createServer({
      database: database.url,
      port: 0,
      logger: silentLogger,
      allowUrls: ['127.0.0.1', 'localhost'],
      ...options,
    });
    await server.start();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await server?.stop();
    await handler.stop();
  });
  return { database, handler, clients, url, call: callOf(url) };
}

/** Sends JSON as no client does, and returns the answer as it is. */
function callOf(url: () => string) {
  return async (verb: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const json = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${url()}${path}`, {
      method: verb,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: json }),
    });
    return { status: response.status, json: JSON.parse(await response.text()) };
  };
}

/** A queue that retries soon, created through the client. */
export async function createQueue(under: ClientUnderTest, name: string, settings: object = {}): Promise<string> {
  const queue = { name: queueName(`${under.id}-${name}`), retryConfig: { minBackoff: { nanos: 10_000_000 } } };
  await under.client.createQueue({ parent: PARENT, queue: { ...queue, ...settings } });
  return queue.name;
}
