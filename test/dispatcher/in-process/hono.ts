// A Hono application that is its own target, without a socket.

import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Dispatcher } from '../../../src/dispatcher.ts';
import { type TaskVariables, taskQueueHono } from '../../../src/handler.ts';
import { database, handle, onTermination, secret } from './database.ts';

const app = new Hono<{ Variables: TaskVariables }>();
app.use('/tasks/*', taskQueueHono({ secrets: secret }));
app.post('/tasks/slow', async (c) => {
  await handle(c.get('task'));
  return c.text('done');
});

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
await once(server, 'listening');
const dispatcher = new Dispatcher({ database, targets: { default: app.fetch }, signingKeys: { default: secret } });
await dispatcher.start();

onTermination(async () => {
  const closed = once(server, 'close');
  server.close();
  await dispatcher.stop();
  await closed;
});
