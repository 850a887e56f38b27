// What a newcomer tries first is answered with what to write instead.

import pg from 'pg';
import { expect, test } from 'vitest';
import { type NewTask, TaskQueues } from '../../src/index.ts';

const make = (options: unknown) => () => new TaskQueues(options as never);

test.each<[string, unknown, string]>([
  ['a connection string', 'postgres://ada:secret@db/shop', 'new TaskQueues({ database: connectionString })'],
  ['a pool', new pg.Pool(), 'new TaskQueues({ database })'],
  ['nothing', undefined, 'new TaskQueues({ database }), got undefined'],
  ['{ connectionString }', { connectionString: 'postgres://ada:secret@db/shop' }, 'use database'],
  ['{ pool }', { pool: new pg.Pool() }, 'use database'],
  ['{ database: undefined }', { database: undefined }, 'got undefined: is the environment variable it comes from set?'],
  ['{ database, queue }', { database: 'postgres://db/shop', queue: 'mail' }, ".queue('mail')"],
  ['a client', { database: new pg.Client() }, 'pass a client or transaction to add(task, { transaction })'],
])('TaskQueues of %s', (_, options, message) => {
  expect(make(options)).toThrow(TypeError);
  expect(make(options)).toThrow(message);
  expect(make(options)).not.toThrow('secret');
});

test.each<[object, string]>([
  [{ queue: 'mail', url: '/send' }, "queues.queue('mail').add(task)"],
  [{ delay: 60 }, 'use countdown, in seconds from now'],
  [{ runAt: new Date() }, 'use eta'],
  [{ body: 'hello' }, 'use json for a value, or payload'],
  [{ maxAttempts: 3 }, 'use retryOptions'],
])('a task of %j', async (task, message) => {
  const queues = new TaskQueues({ database: 'postgres://nobody@127.0.0.1:1/nowhere' });
  await expect(queues.add(task as NewTask)).rejects.toThrow(message);
  await queues.close();
});

test.each<[object, string]>([
  [{ queue: 'mail' }, "queues.queue('mail').add(task)"],
  [{ delay: 60 }, 'use countdown'],
  [{ trx: {} }, 'use transaction'],
])('add with %j', async (options, message) => {
  const queues = new TaskQueues({ database: 'postgres://nobody@127.0.0.1:1/nowhere' });
  await expect(queues.add({}, options)).rejects.toThrow(message);
  await queues.close();
});
