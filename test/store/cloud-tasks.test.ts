// Tasks of the Cloud Tasks API: what is stored, shown and refused, as the role that the server has.

import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NewCloudTask } from '../../src/domain/cloud-task.ts';
import * as errors from '../../src/domain/errors.ts';
import { createCloudQueue, updateCloudQueue } from '../../src/store/cloud-queues.ts';
import {
  createCloudTask,
  createCloudTasks,
  deleteCloudTask,
  getCloudTask,
  listCloudTasks,
} from '../../src/store/cloud-tasks.ts';
import { createQueue, pauseQueue } from '../../src/store/queues.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();
const parent = { project: 'shop', location: 'eu' };
let server: pg.Client;

const http: NewCloudTask = {
  http: { url: 'HTTPS://Example.com:443/a/../send?to=7#top', oidc: { serviceAccountEmail: 'sa@example.com' } },
  target: 'https://example.com',
  url: '/send?to=7',
  method: 'POST',
  headers: { 'User-Agent': 'Google-Cloud-Tasks', 'X-Own': 'grün' },
  body: Buffer.from('hello'),
};
const appEngine: NewCloudTask = {
  target: 'v1.worker',
  url: '/worker?x=1',
  method: 'PUT',
  headers: { 'Content-Type': 'application/octet-stream' },
  body: Buffer.from([0, 1, 255]),
};

const create = (task: NewCloudTask, queue = 'api', withBody = false) =>
  createCloudTask(server, parent, queue, task, withBody);

beforeAll(async () => {
  server = await database.asRole('taskqueue_server');
  await createCloudQueue(server, parent, 'api', {});
  await createQueue(database.pool, 'file', { rate: '5/s' });
  await createQueue(database.pool, 'pull', { mode: 'pull' });
});

describe('creating', () => {
  test('an HTTP task is given back as it came', async () => {
    const made = await create(http, 'api', true);
    expect(made).toEqual({
      ...http,
      name: expect.stringMatching(/^task-[0-9a-f]{32}$/),
      scheduleTime: made.created,
      created: expect.any(BigInt),
      bodyBytes: 5,
      tag: null,
      dispatchDeadlineSeconds: null,
      retry: null,
      dispatchCount: 0,
      responseCount: 0,
      firstAttempt: null,
      lastAttempt: null,
    });
    expect(await getCloudTask(server, parent, 'api', made.name, true)).toEqual(made);
    expect((await getCloudTask(server, parent, 'api', made.name, false)).body).toBeUndefined();
  });

  test('an App Engine task is given back as it came', async () => {
    const { name } = await create(appEngine);
    expect(await getCloudTask(server, parent, 'api', name, true)).toMatchObject({
      ...appEngine,
      http: null,
      bodyBytes: 3,
    });
  });

  test('everything that a task may have is kept', async () => {
    const task: NewCloudTask = {
      ...http,
      name: 'whole',
      method: 'PATCH',
      body: null,
      scheduleTime: BigInt(Date.now() + 3_600_000) * 1000n + 123n,
      dispatchDeadlineSeconds: 1800,
      retry: { taskRetryLimit: 3, minBackoffSeconds: 1.5, maxBackoffSeconds: 10, maxDoublings: 2 },
    };
    expect(await create(task, 'api', true)).toMatchObject(task);
    expect(await getCloudTask(server, parent, 'api', 'whole', true)).toMatchObject(task);
  });

  test('tasks that are created together are stored as those that are created alone', async () => {
    const stored = (name: string) =>
      value(
        database.pool,
        `select to_jsonb(t) - array['id', 'due', 'created', 'name'] || jsonb_build_object('later', t.due > now())
         from taskqueue._tasks as t where t.id = taskqueue._find_task((select q from taskqueue._queues as q where q.name = 'api'), $1)`,
        [name],
      );
    const scheduleTime = BigInt(Date.now() + 3_600_000) * 1000n + 123n;
    const simple = [
      http,
      { ...appEngine, target: null },
      { ...http, headers: {}, body: null },
      { ...http, scheduleTime, dispatchDeadlineSeconds: 20.5 },
      { ...http, scheduleTime: 0n },
    ].map((task) => ({ ...task, headers: task.headers['X-Own'] ? { 'X-Own': 'a b' } : task.headers }));
    const others: NewCloudTask[] = [appEngine, { ...http, method: 'PATCH' }, { ...http, retry: { taskRetryLimit: 3 } }];
    for (const [tasks, way] of [
      [simple, true],
      [[...simple, ...others], false],
    ] as const) {
      const json = JSON.stringify(
        tasks.map(({ body, scheduleTime, ...task }) => ({ ...task, scheduleTime: `${scheduleTime}` })),
      );
      expect(await value(database.pool, `select taskqueue._are_simple_cloud_tasks($1, '{}')`, [json])).toBe(way);
      const together = await createCloudTasks(server, parent, 'api', tasks);
      for (const [i, made] of together.entries()) {
        const alone = await create(tasks[i] as NewCloudTask, 'api', true);
        expect(await stored(made.name)).toEqual(await stored(alone.name));
        expect({ ...made, name: '', created: 0, scheduleTime: 0 }).toEqual({
          ...alone,
          name: '',
          created: 0,
          scheduleTime: 0,
        });
        expect(await getCloudTask(server, parent, 'api', made.name, true)).toEqual(made);
      }
    }
  });

  test('tasks that are created together are all created, or none', async () => {
    const before = await value(database.pool, 'select count(*) from taskqueue._tasks');
    await expect(createCloudTasks(server, parent, 'api', [http, { ...http, url: 'x' }])).rejects.toBeInstanceOf(
      errors.InvalidUrlError,
    );
    await expect(createCloudTasks(server, parent, 'api', Array(101).fill(http))).rejects.toBeInstanceOf(
      errors.TooManyTasksError,
    );
    expect(await value(database.pool, 'select count(*) from taskqueue._tasks')).toBe(before);
    expect(await createCloudTasks(server, parent, 'api', Array(100).fill(http))).toHaveLength(100);
  });

  test.each<[string, Partial<NewCloudTask>]>([
    ['a body of 1 MiB', { body: Buffer.alloc(1_048_576) }],
    ['80 KB of headers', { headers: { 'X-Long': 'x'.repeat(81_900) } }],
    ['OPTIONS', { method: 'OPTIONS' }],
    ['a path that begins with two slashes', { url: '//x' }],
    ['a moment in the past', { scheduleTime: -5_000_000n }],
    ['30 days ahead', { scheduleTime: BigInt(Date.now() + 2_591_990_000) * 1000n }],
    ['an IPv6 address', { target: 'http://[2001:db8::1]:8080' }],
    ['no target', { target: null, url: '/', http: { url: '' } }],
  ])('%s is accepted', async (_, change) => {
    expect(await create({ ...http, ...change })).toMatchObject({ method: change.method ?? 'POST' });
  });

  test('an App Engine task may take a day and 15 seconds', async () => {
    const { name } = await create({ ...appEngine, dispatchDeadlineSeconds: 86_415 });
    expect((await getCloudTask(server, parent, 'api', name, false)).dispatchDeadlineSeconds).toBe(86_415);
  });

  test.each<[string, Partial<NewCloudTask>, new (message: string) => Error]>([
    ['a larger body', { body: Buffer.alloc(1_048_577) }, errors.TaskTooLargeError],
    ['more headers', { headers: { 'X-Long': 'x'.repeat(81_920) } }, errors.TaskTooLargeError],
    ['a header of two lines', { headers: { 'X-Own': 'a\r\nb: c' } }, errors.InvalidTaskError],
    ['a header without a name', { headers: { '': 'a' } }, errors.InvalidTaskError],
    ['TRACE', { method: 'TRACE' }, errors.InvalidTaskError],
    ['PATCH for App Engine', { http: undefined, target: null, method: 'PATCH' }, errors.InvalidTaskError],
    ['a name with a dot', { name: 'a.b' }, errors.InvalidTaskNameError],
    ['31 days ahead', { scheduleTime: BigInt(Date.now() + 31 * 86_400_000) * 1000n }, errors.InvalidEtaError],
    ['14 seconds', { dispatchDeadlineSeconds: 14 }, errors.InvalidDispatchDeadlineError],
    ['31 minutes', { dispatchDeadlineSeconds: 1860 }, errors.InvalidDispatchDeadlineError],
    [
      'a day and 16 seconds',
      { http: undefined, target: null, dispatchDeadlineSeconds: 86_416 },
      errors.InvalidDispatchDeadlineError,
    ],
    ['a user in the origin', { target: 'https://me@example.com' }, errors.InvalidUrlError],
    ['a path in the origin', { target: 'https://example.com/x' }, errors.InvalidUrlError],
    ['a relative path', { url: 'x' }, errors.InvalidUrlError],
    ['a long path', { url: `/${'x'.repeat(2083)}` }, errors.InvalidUrlError],
    ['a path for App Engine that names a host', { http: undefined, target: null, url: '//x' }, errors.InvalidUrlError],
    ['a bad target', { http: undefined, target: 'a b' }, errors.InvalidTargetError],
    ['a negative retry', { retry: { taskRetryLimit: -1 } }, errors.InvalidTaskRetryOptionsError],
  ])('%s is refused', async (_, change, error) => {
    await expect(create({ ...http, ...change })).rejects.toBeInstanceOf(error);
  });

  test('headers that are not the task’s to set are dropped, however they are spelled', async () => {
    const kept = { Cookie: 'a=b', 'Accept-Encoding': 'br', Referer: 'x', 'x-OWN_1': '1' };
    const { name } = await create({
      ...http,
      headers: {
        ...kept,
        Host: 'evil.example',
        'content-length': '3',
        'X-Google-Y': '1',
        X_AppEngine_Cron: '1',
        'X-CloudTasks-QueueName': 'q',
        'webhook-id': '1',
        'Transfer-Encoding': 'chunked',
        TE: 'x',
        Connection: 'x',
      },
    });
    expect((await getCloudTask(server, parent, 'api', name, false)).headers).toEqual(kept);
  });

  test('a name is used once', async () => {
    await create({ ...http, name: 'once' });
    await expect(create({ ...http, name: 'once' })).rejects.toBeInstanceOf(errors.TaskAlreadyExistsError);
    await deleteCloudTask(server, parent, 'api', 'once');
    await expect(create({ ...http, name: 'once' })).rejects.toBeInstanceOf(errors.TombstonedTaskError);
    await expect(getCloudTask(server, parent, 'api', 'once', false)).rejects.toBeInstanceOf(errors.TombstonedTaskError);
    await expect(deleteCloudTask(server, parent, 'api', 'once')).rejects.toBeInstanceOf(errors.TombstonedTaskError);
    await expect(getCloudTask(server, parent, 'api', 'never', false)).rejects.toBeInstanceOf(errors.UnknownTaskError);
  });

  test('a task is added to a paused queue, and to one without a parent; never to a pull queue or an unknown one', async () => {
    await pauseQueue(database.pool, 'file');
    expect(await create(http, 'file')).toMatchObject({ target: 'https://example.com' });
    await expect(create(http, 'pull')).rejects.toBeInstanceOf(errors.InvalidQueueModeError);
    await expect(create(http, 'nowhere')).rejects.toBeInstanceOf(errors.UnknownQueueError);
    await expect(createCloudTask(server, { ...parent, location: 'us' }, 'api', http, false)).rejects.toBeInstanceOf(
      errors.UnknownQueueError,
    );
  });
});

test('no task has the queue’s target but App Engine ones', async () => {
  await createCloudQueue(server, parent, 'routed', { target: 'v2.worker' });
  await create({ ...http, name: 'http' }, 'routed');
  await create({ ...appEngine, name: 'app' }, 'routed');
  const shown = await database.pool.query(
    `select name, target, url, size::integer from taskqueue.list_tasks('routed') order by name`,
  );
  expect(shown.rows).toEqual([
    { name: 'app', target: 'v2.worker', url: '/worker?x=1', size: expect.any(Number) },
    { name: 'http', target: 'https://example.com', url: http.http?.url, size: expect.any(Number) },
  ]);
  await database.pool.query(
    `select taskqueue._bury_tasks(t.queue_id, array[t.id], 'App Error') from taskqueue._tasks as t where t.name = 'http'`,
  );
  expect(
    (await database.pool.query(`select name, target, url from taskqueue.dead_tasks where queue = 'routed'`)).rows,
  ).toEqual([{ name: 'http', target: 'https://example.com', url: http.http?.url }]);
  await updateCloudQueue(server, parent, 'routed', {}, ['target']);
  expect(await value(database.pool, `select target from taskqueue.tasks where queue = 'routed' and name = 'app'`)).toBe(
    'v1.worker',
  );
});

test('tasks are listed page by page', async () => {
  await createCloudQueue(server, parent, 'paged', {});
  for (let i = 0; i < 7; i++) await create({ ...http, name: `t-${i}` }, 'paged');
  const names: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await listCloudTasks(server, parent, 'paged', { cursor, limit: 3, withBody: true });
    names.push(...page.tasks.map(({ name }) => name));
    expect(page.tasks.every(({ body }) => Buffer.from(body ?? []).toString() === 'hello')).toBe(true);
    expect(page.tasks).toHaveLength(pages < 2 ? 3 : 1);
    cursor = page.cursor;
    pages++;
  } while (cursor !== undefined);
  expect([names.sort(), pages]).toEqual([Array.from({ length: 7 }, (_, i) => `t-${i}`), 3]);
});
