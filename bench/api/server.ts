// The server of the bench `api`, in a process of its own: the HTTP surfaces alone, as nothing is to be dispatched.

import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server.ts';
import { answerParent } from '../child.ts';

const [, , database = ''] = process.argv;
const server = createServer({
  database,
  port: 0,
  roles: ['http'],
  allowUrls: ['127.0.0.1'],
  logger: silentLogger,
});
await server.start();

/** Answers any question with the bytes that remain in the heap. */
answerParent(server.url, async () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
});
