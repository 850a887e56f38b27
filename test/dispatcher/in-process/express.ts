// An Express application whose dispatcher reaches it through its own port.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Dispatcher } from '../../../src/dispatcher.ts';
import { taskFailuresExpress, taskOf, taskQueueExpress } from '../../../src/handler.ts';
import { database, handle, onTermination, secret } from './database.ts';

const app = express();
app.use('/tasks', taskQueueExpress({ secrets: secret }));
app.post('/tasks/slow', async (req, res) => {
  await handle(taskOf(req));
  res.send('done');
});
app.use(taskFailuresExpress());

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const dispatcher = new Dispatcher({ database, targets: { default: target }, signingKeys: { default: secret } });
await dispatcher.start();

onTermination(async () => {
  await dispatcher.stop(); // first: its requests come through the server
  const closed = once(server, 'close');
  server.close();
  await closed;
});
