// An application for every runtime: it adds in transactions, has tasks delivered over HTTP and in process, verifies them,
// leases, waits and works, and prints what it saw.

import http from 'node:http';
import pg from 'pg';
import { TaskQueues } from 'pgtaskqueue';
import { Dispatcher } from 'pgtaskqueue/dispatcher';
import { taskHandler } from 'pgtaskqueue/handler';
import { createServer } from 'pgtaskqueue/server';
import { PullWorker } from 'pgtaskqueue/worker';

const database = process.env.DATABASE_URL;
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const seen = [];
const saw = (what) => seen.push(what);

const inProcess = Promise.withResolvers();
const handle = taskHandler(
  async (task) => {
    saw(`in process ${task.json().order}`);
    inProcess.resolve();
  },
  { secrets: secret },
);

let answers = 0;
const overHttp = Promise.withResolvers();
const web = http.createServer((request, response) => {
  const attempt = request.headers['x-appengine-taskretrycount'];
  saw(`${request.method} ${request.url} ${attempt}`);
  answers += 1;
  if (answers >= 3) overHttp.resolve();
  response.statusCode = request.url === '/fails-once' && attempt === '0' ? 500 : 200;
  response.end(request.url === '/large' ? 'x'.repeat(200_000) : '');
});
await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));

const pool = new pg.Pool({ connectionString: database });
const queues = new TaskQueues({ database: pool });
await queues.createQueue('push', { rate: '100/s', retry: { minBackoffSeconds: 0.1 } });
await queues.createQueue('pull', { mode: 'pull' });

const dispatcher = new Dispatcher({
  ...{ database, signingKeys: { default: secret } },
  targets: { default: handle, web: `http://127.0.0.1:${web.address().port}` },
});
await dispatcher.start();

const client = await pool.connect();
for (const [order, end] of [
  [1, 'commit'],
  [2, 'rollback'],
]) {
  await client.query('begin');
  await queues.queue('push').add({ url: '/orders', json: { order } }, { transaction: client });
  await client.query(end);
}
client.release();
await inProcess.promise;
saw(`unsigned ${(await handle(new Request('http://x/orders', { method: 'POST', body: '{}' }))).status}`);

await queues.queue('push').add([
  { url: '/large', method: 'GET', target: 'web' },
  { url: '/fails-once', json: {}, target: 'web' },
]);
await overHttp.promise;

const pull = queues.queue('pull');
await pull.add([{ payload: 'a' }, { payload: 'b' }]);
const [leased] = await pull.leaseTasks({ leaseSeconds: 60, maxTasks: 1 });
saw(`leased ${Buffer.from(leased.payload)}, deleted ${await pull.deleteTask(leased)}`);

const worked = Promise.withResolvers();
const worker = new PullWorker({
  ...{ database, queue: 'pull' },
  handler: (task) => worked.resolve(saw(`worked ${Buffer.from(task.payload)}`)),
});
await worker.start();
await worked.promise;
await worker.stop();

const waiting = pull.leaseTasks({ leaseSeconds: 60, maxTasks: 1, waitSeconds: 20 });
await pull.add({ payload: 'c' });
saw(`waited for ${Buffer.from((await waiting)[0].payload)}`);

await dispatcher.stop();
const server = createServer({ database, port: 0, roles: ['http'] });
await server.start();
saw(`ready ${(await fetch(`${server.url}/readyz`)).status}`);
await server.stop();

await queues.close();
await pool.end();
web.close();
web.closeAllConnections();
process.stdout.write(JSON.stringify(seen));
