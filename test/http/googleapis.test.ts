// Google's own client of that time, unmodified: googleapis 29, the last version with taskqueue v1beta2.

import { google } from 'googleapis';
import type { Taskqueue } from 'googleapis/build/src/apis/taskqueue/v1beta2.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();
let server: Server;

beforeAll(async () => {
  server = createServer({ database: database.url, port: 0, logger: silentLogger });
  await server.start();
  await database.pool.query(`select taskqueue.create_queue('q', mode => 'pull')`);
});

afterAll(() => server.stop());

test('it inserts, lists, leases, renews, releases and deletes', async () => {
  const { tasks, taskqueues } = google.taskqueue({ version: 'v1beta2' }) as Taskqueue;
  const at = { rootUrl: `${server.url}/` };
  const queue = { project: 's~p', taskqueue: 'q' };
  const body = { id: 'task-a', queueName: 'q', payloadBase64: 'aGVsbG8=', tag: 'x' };
  expect((await tasks.insert({ ...queue, resource: body } as never, at)).data).toMatchObject({ id: 'task-a' });
  expect((await taskqueues.get({ ...queue, getStats: true }, at)).data).toMatchObject({ stats: { totalTasks: 1 } });
  expect((await tasks.list(queue, at)).data.items).toHaveLength(1);
  const leased = await tasks.lease({ ...queue, numTasks: 10, leaseSecs: 30, groupByTag: true, tag: 'x' }, at);
  const [task] = leased.data.items ?? [];
  expect(Buffer.from(task?.payloadBase64 ?? '', 'base64').toString()).toBe('hello');
  const one = { ...queue, task: 'task-a' };
  const patched = await tasks.patch({ ...one, newLeaseSeconds: 60, resource: { queueName: 'q' } } as never, at);
  const updated = await tasks.update({ ...one, newLeaseSeconds: 0, resource: patched.data } as never, at);
  expect(updated.data).toMatchObject({ id: 'task-a', retry_count: 1 });
  await expect(tasks.update({ ...one, newLeaseSeconds: 9, resource: task } as never, at)).rejects.toMatchObject({
    code: 400,
  });
  expect((await tasks.get(one, at)).data).toMatchObject({ id: 'task-a', tag: 'x' });
  await tasks.delete(one, at);
  await expect(tasks.get(one, at)).rejects.toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] });
  expect(await value(database.pool, 'select count(*)::integer from taskqueue.tasks')).toBe(0);
});
