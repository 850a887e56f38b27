import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_APP_VERSION, InvalidTargetError, TaskQueues } from '../../src/index.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const opened: TaskQueues[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Given {
  /** The queue's target. */
  queueTarget?: string;
  task?: { target?: string; headers?: Record<string, string> };
  from?: { service?: string; version?: string };
}

/** The target that a task was sent to; '': none, the attempt failed. */
async function targetOf({ queueTarget, task = {}, from = {} }: Given): Promise<string> {
  const queue = nextName('order');
  await harness.createQueue(queue, queueTarget ? { target: queueTarget } : {});
  const client = new TaskQueues({ database: harness.database.pool, ...from });
  opened.push(client);
  await client.queue(queue).add({ url: '/x', ...task });
  const base = `http://app.example.com:${new URL(harness.target.url).port}`;
  let reached = '';
  const to = (name: string) => () => {
    reached = name;
    return new Response();
  };
  const named = ['worker', 'v2.worker', 'v2.default', '3.v2.worker', 'of-queue'].map((name) => [name, to(name)]);
  const targets = { ...Object.fromEntries(named), default: base };
  // The default URL gives the application's own host. A task sent there gets no response, which identifies it.
  const dispatcher = harness.dispatcher({ targets });
  await dispatcher.runOnce();
  if (reached) return reached;
  const { rows } = await harness.database.pool.query(
    'select retry_reason from taskqueue._tasks order by id desc limit 1',
  );
  return rows[0].retry_reason === 'Connection Error' ? 'default' : '';
}

const host = (text: string) => ({ headers: { Host: text } });

describe('the target of a task, in order of precedence', () => {
  test.each<[string, Given, string]>([
    ['1 the queue’s', { queueTarget: 'of-queue' }, 'of-queue'],
    ['1 … before the task’s', { queueTarget: 'of-queue', task: { target: 'worker' } }, 'of-queue'],
    ['1 … before its Host header', { queueTarget: 'of-queue', task: host('worker.app.example.com') }, 'of-queue'],
    ['1 … before who adds it', { queueTarget: 'of-queue', from: { service: 'worker' } }, 'of-queue'],
    ['2 the task’s', { task: { target: 'v2.worker' } }, 'v2.worker'],
    ['2 … before who adds it', { task: { target: 'v2.worker' }, from: { service: 'worker' } }, 'v2.worker'],
    ['2 DEFAULT_APP_VERSION', { task: { target: DEFAULT_APP_VERSION }, from: { service: 'worker' } }, 'default'],
    ['3 Host: what is left of the application’s', { task: host('worker.app.example.com') }, 'worker'],
    ['3 Host with a version', { task: host('v2.worker.app.example.com') }, 'v2.worker'],
    ['3 Host with an instance', { task: host('3.v2.worker.app.example.com') }, '3.v2.worker'],
    ['3 Host with a port', { task: host('worker.app.example.com:8080') }, 'worker'],
    ['3 Host, the application’s own', { task: host('app.example.com'), from: { service: 'worker' } }, 'default'],
    ['4 the service that adds it', { from: { service: 'worker' } }, 'worker'],
    ['4 … and its version, which is pinned', { from: { service: 'worker', version: 'v2' } }, 'v2.worker'],
    ['4 … a version of the default service', { from: { version: 'v2' } }, 'v2.default'],
    ['4 … the default service', { from: { service: 'default' } }, 'default'],
    ['5 nobody names one', {}, 'default'],
    ['unknown', { task: { target: 'nowhere' } }, ''],
    ['unknown host', { task: host('worker.elsewhere.example') }, ''],
  ])('%s', async (_row, given, expected) => {
    expect(await targetOf(given)).toBe(expected);
  });
});

test('the default version is resolved late: the destination is looked up when the task runs', async () => {
  const queue = nextName('order');
  await harness.createQueue(queue);
  await using client = new TaskQueues({ database: harness.database.url, service: 'worker' });
  await client.queue(queue).add({ url: '/late' });
  await harness.dispatcher({ targets: { worker: harness.target.url } }).runOnce();
  expect(harness.target.requests).toHaveLength(1);
});

test('a batch, a transaction and a plain payload keep it too, and a pull queue ignores it', async () => {
  const queue = nextName('order');
  await harness.createQueue(queue);
  await harness.database.pool.query(`select from taskqueue.create_queue($1, 'pull')`, [`${queue}-pull`]);
  const client = new TaskQueues({ database: harness.database.pool, service: 'worker', version: 'v2' });
  await client.queue(queue).add([{ url: '/a' }, { json: 1 }]);
  await client.queue(queue).add({ payload: 'plain' });
  expect((await harness.tasks(queue)).map(({ target }) => target)).toEqual(['v2.worker', 'v2.worker', 'v2.worker']);
  await client.queue(`${queue}-pull`).add({ payload: 'x' });
  expect(await harness.tasks(`${queue}-pull`)).toHaveLength(1);
});

test.each([{ service: 'a.b' }, { version: '-x' }, { service: 'Upper' }, { version: '' }])('%j is rejected', (given) => {
  expect(() => new TaskQueues({ database: 'postgres://localhost/x', ...given })).toThrow(InvalidTargetError);
});
