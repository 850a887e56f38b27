// A Fastify application whose dispatcher reaches it through its own port.

import fastify from 'fastify';
import { Dispatcher } from '../../../src/dispatcher.ts';
import { taskOf, taskQueueFastify } from '../../../src/handler.ts';
import { database, handle, onTermination, secret } from './database.ts';

const app = fastify();
await app.register(taskQueueFastify, { secrets: secret });
app.post('/tasks/slow', async (request) => {
  await handle(taskOf(request));
  return 'done';
});

const target = await app.listen({ port: 0, host: '127.0.0.1' });
const dispatcher = new Dispatcher({ database, targets: { default: target }, signingKeys: { default: secret } });
await dispatcher.start();

onTermination(async () => {
  await dispatcher.stop(); // first: Fastify answers 503 as soon as it closes
  await app.close();
});
