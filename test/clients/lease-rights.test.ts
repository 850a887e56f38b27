// Rights of workers that lease over v2beta2: to lease is one, to see payloads another.

import { beforeAll, expect, test } from 'vitest';
import type { Right } from '../../src/domain/rights.ts';
import { createToken } from '../../src/store/tokens.ts';
import { PARENT, queueName, useCloudTasks } from './cloud-tasks.ts';

const ROOT = 'a-long-random-text';
const { call, database } = useCloudTasks({ token: ROOT });

const QUEUE = `/v2beta2/${PARENT}/queues/secret`;
const LEASE = { maxTasks: 1, leaseDuration: '60s' };

beforeAll(async () => {
  const root = { authorization: `Bearer ${ROOT}` };
  for (const id of ['secret', 'other'])
    await call('POST', `/v2beta2/${PARENT}/queues`, { name: queueName(id), pullTarget: {} }, root);
  for (const name of ['a', 'b', 'c']) {
    const task = { name: `${queueName('secret')}/tasks/${name}`, pullMessage: { payload: 'aGVsbG8=' } };
    await call('POST', `${QUEUE}/tasks`, { task }, root);
  }
});

/** Sends requests with a token that has these rights on the queue. */
async function holder(...rights: Right[]) {
  const { token } = await createToken(database.pool, 'ada@example.com', { rights, queues: ['secret'] });
  return (path: string, body: object) => call('POST', path, body, { authorization: `Bearer ${token}` });
}

const DENIED = { status: 403, json: { error: { status: 'PERMISSION_DENIED' } } };

test('a worker leases and acknowledges, but sees no payload', async () => {
  const send = await holder('lease');
  const { json } = await send(`${QUEUE}/tasks:lease`, LEASE);
  const [{ name, scheduleTime, pullMessage }] = json.tasks;
  expect(pullMessage).toEqual({});
  expect(await send(`${QUEUE}/tasks:lease`, { ...LEASE, responseView: 'FULL' })).toMatchObject(DENIED);
  const renewal = { scheduleTime, leaseDuration: '60s' };
  expect(await send(`/v2beta2/${name}:renewLease`, { ...renewal, responseView: 'FULL' })).toMatchObject(DENIED);
  const { json: renewed } = await send(`/v2beta2/${name}:renewLease`, renewal);
  const proof = { scheduleTime: renewed.scheduleTime };
  expect(await send(`/v2beta2/${name}:acknowledge`, proof)).toEqual({ status: 200, json: {} });
});

test('with the right to payloads it sees them', async () => {
  const send = await holder('lease', 'payload');
  const { json } = await send(`${QUEUE}/tasks:lease`, { ...LEASE, responseView: 'FULL' });
  expect(json.tasks).toMatchObject([{ pullMessage: { payload: 'aGVsbG8=' } }]);
});

test('no other right leases, and none on another queue', async () => {
  const others = await holder('enqueue', 'read', 'payload', 'operate', 'admin');
  for (const path of ['tasks:lease', 'tasks/c:acknowledge', 'tasks/c:renewLease', 'tasks/c:cancelLease'])
    expect([path, await others(`${QUEUE}/${path}`, {})]).toMatchObject([path, DENIED]);
  const send = await holder('lease');
  expect(await send(`/v2beta2/${PARENT}/queues/other/tasks:lease`, LEASE)).toMatchObject(DENIED);
});
