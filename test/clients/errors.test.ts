// Errors, as each of Google's clients raises them, with the texts that their users look for.

import { describe, expect, test } from 'vitest';
import { bearing } from './clients.ts';
import { createQueue, PARENT, queueName, useCloudTasks } from './cloud-tasks.ts';

const TOKEN = 'a-long-random-text';
const { clients, call } = useCloudTasks();
const guarded = useCloudTasks({ token: TOKEN });

const NO_QUEUE =
  'Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.';
const NO_ENTITY = 'Requested entity was not found.';
const OVER =
  'The task no longer exists, though a task with this name existed recently. The task either successfully completed or was deleted.';

const later = () => ({ seconds: Math.floor(Date.now() / 1000) + 3600 });
const task = (given: object = {}) => ({
  httpRequest: { url: 'https://example.com/' },
  scheduleTime: later(),
  ...given,
});

describe.each(clients)('%s', (under) => {
  const { id } = under;
  const missing = queueName(`${id}-missing`);

  test('a queue that does not exist', async () => {
    const { client } = under;
    await under.fails(client.getQueue({ name: missing }), 'NOT_FOUND', NO_QUEUE);
    await under.fails(client.pauseQueue({ name: missing }), 'NOT_FOUND', NO_QUEUE);
    await under.fails(client.resumeQueue({ name: missing }), 'NOT_FOUND', NO_QUEUE);
    await under.fails(client.purgeQueue({ name: missing }), 'NOT_FOUND', NO_QUEUE);
    await under.fails(client.createTask({ parent: missing, task: task() }), 'NOT_FOUND', NO_QUEUE);
    await under.fails(client.deleteQueue({ name: missing }), 'NOT_FOUND', NO_ENTITY);
  });

  test('a queue that exists', async () => {
    const name = await createQueue(under, 'exists');
    const create = (parent: string, queue: string) => under.client.createQueue({ parent, queue: { name: queue } });
    await under.fails(create(PARENT, name), 'ALREADY_EXISTS', 'Queue already exists');
    const elsewhere = 'projects/other/locations/europe-west1';
    await under.fails(create(elsewhere, name.replace(PARENT, elsewhere)), 'ALREADY_EXISTS', 'Queue already exists');
  });

  test('a task that does not exist', async () => {
    const { client } = under;
    const name = `${await createQueue(under, 'no-task')}/tasks/none`;
    await under.fails(client.getTask({ name }), 'NOT_FOUND', NO_ENTITY);
    await under.fails(client.deleteTask({ name }), 'NOT_FOUND', NO_ENTITY);
    await under.fails(client.runTask({ name }), 'NOT_FOUND', NO_ENTITY);
  });

  test('a name that is used, and one that was', async () => {
    const { client } = under;
    const parent = await createQueue(under, 'names');
    const name = `${parent}/tasks/once`;
    const create = () => client.createTask({ parent, task: task({ name }) });
    await create();
    await under.fails(create(), 'ALREADY_EXISTS', 'Requested entity already exists');
    await client.deleteTask({ name });
    await under.fails(create(), 'ALREADY_EXISTS');
    await under.fails(client.getTask({ name }), 'NOT_FOUND', OVER);
    await under.fails(client.deleteTask({ name }), 'NOT_FOUND');
  });

  const INVALID: [string, object][] = [
    ['an empty URL', { httpRequest: { url: '' } }],
    ['another scheme', { httpRequest: { url: 'ftp://example.com/' } }],
    ['a host that is not public', { httpRequest: { url: 'http://169.254.169.254/' } }],
    ['a host that was not allowed', { httpRequest: { url: 'http://hooks.internal/' } }],
    ['a body with GET', { httpRequest: { url: 'https://example.com/', httpMethod: 'GET', body: Buffer.from('x') } }],
    ['a name of another queue', { name: `${missing}/tasks/t` }],
    ['a schedule of more than 30 days', { scheduleTime: { seconds: Math.floor(Date.now() / 1000) + 31 * 86_400 } }],
    ['a deadline of 14 seconds', { dispatchDeadline: { seconds: 14 } }],
    ['a deadline of 31 minutes', { dispatchDeadline: { seconds: 31 * 60 } }],
    ['more than a mebibyte', { httpRequest: { url: 'https://example.com/', body: Buffer.alloc(1_050_000) } }],
    ['neither kind of request', { httpRequest: undefined }],
  ];
  test('a task that cannot be', async () => {
    const parent = await createQueue(under, 'invalid');
    for (const [, given] of INVALID)
      await under.fails(under.client.createTask({ parent, task: task(given) }), 'INVALID_ARGUMENT');
  });

  const SETTINGS: [string, object][] = [
    ['a rate above 500', { rateLimits: { maxDispatchesPerSecond: 501 } }],
    ['concurrency above 5000', { rateLimits: { maxConcurrentDispatches: 5001 } }],
    ['attempts below -1', { retryConfig: { maxAttempts: -2 } }],
    ['doublings below 0', { retryConfig: { maxDoublings: -1 } }],
    ['back-off from more to less', { retryConfig: { minBackoff: { seconds: 2 }, maxBackoff: { seconds: 1 } } }],
    ['a bad name', { name: queueName('under_score') }],
  ];
  test('a queue that cannot be', async () => {
    for (const [, given] of SETTINGS) {
      const queue = { name: queueName(`${id}-settings`), ...given };
      await under.fails(under.client.createQueue({ parent: PARENT, queue }), 'INVALID_ARGUMENT');
    }
  });
});

describe.each(guarded.clients)('with tokens: %s', (under) => {
  test('no token, a wrong one, and the right one', async () => {
    const queue = { name: queueName(`${under.id}-guarded`) };
    const create = (options?: object) => under.client.createQueue({ parent: PARENT, queue }, options);
    await under.fails(create(), 'UNAUTHENTICATED');
    await under.fails(create(bearing('wrong')), 'UNAUTHENTICATED');
    expect((await create(bearing(TOKEN)))[0]).toMatchObject(queue);
    const keyed = { otherArgs: { headers: { 'x-goog-api-key': TOKEN } } };
    expect((await under.client.getQueue({ name: queue.name }, keyed))[0]).toMatchObject(queue);
  });
});

test('the body of an error over REST', async () => {
  const { status, json } = await call('GET', `/v2/${queueName('missing')}`);
  expect(status).toBe(404);
  expect(json).toEqual({ error: { code: 404, message: NO_QUEUE, status: 'NOT_FOUND' } });
});

test.each([
  ['GET', '/v2/nothing', undefined, 404, 'NOT_FOUND'],
  ['POST', `/v2/${PARENT}/queues`, '{', 400, 'INVALID_ARGUMENT'],
  ['POST', `/v2/${PARENT}/queues`, '[]', 400, 'INVALID_ARGUMENT'],
  ['POST', `/v2/${PARENT}/queues`, { name: queueName('extra'), colour: 'red' }, 400, 'INVALID_ARGUMENT'],
  ['POST', `/v2/${PARENT}/queues`, { name: queueName('under_score') }, 400, 'INVALID_ARGUMENT'],
] as const)('%s %s with %j', async (verb, path, body, code, status) => {
  const answer = await call(verb, path, body);
  expect(answer).toMatchObject({ status: code, json: { error: { code, status } } });
  expect(answer.json.error.message).toBeTypeOf('string');
});
