// Tasks, through each of Google's clients: create, get, list, delete, run, names and times.

import { describe, expect, test } from 'vitest';
import type { ClientUnderTest } from './clients.ts';
import { createQueue as create, useCloudTasks } from './cloud-tasks.ts';

const { clients, handler, database } = useCloudTasks();

const IN_A_WEEK = Math.floor(Date.now() / 1000) + 7 * 86_400;
const BYTES = Buffer.from([0, 1, 2, 0xfa, 0xfb, 0xfc, 0xfe, 0xff]);
const FULL = 'FULL' as const;

/** A queue that dispatches nothing. */
async function pausedQueue(under: ClientUnderTest, name: string): Promise<string> {
  const queue = await create(under, name);
  await under.client.pauseQueue({ name: queue });
  return queue;
}

/** Adds tasks in SQL; those of most batches have one due time. */
async function addHundred(parent: string, batch: number): Promise<void> {
  await database.pool.query(
    `select count(*) from taskqueue.add_tasks($1, (select jsonb_agg(jsonb_build_object('name', format('task-%s-%s', $2::integer, n), 'url', '/x',
       'eta', date_trunc('day', now()) + interval '1 day' + case when $2 > 90 then make_interval(secs => n) else interval '0' end))
       from generate_series(1, 100) as n), transactional => false)`,
    [parent.split('/').at(-1), batch],
  );
}

const bodyOf = (task: { httpRequest?: { body?: unknown } | null }) =>
  Buffer.from((task.httpRequest?.body ?? '') as Uint8Array);

describe.each(clients)('%s', (under) => {
  const { id } = under;

  test('an HTTP task comes back as it was given', async () => {
    const parent = await pausedQueue(under, 'http');
    const httpRequest = {
      url: 'https://Example.com:443/a%20b?x=1#part',
      httpMethod: 'PUT' as const,
      headers: { 'X-Mixed-Case': 'yes', 'content-type': 'text/plain' },
      body: BYTES,
    };
    const scheduleTime = { seconds: String(IN_A_WEEK), nanos: 123_456_789 };
    const given = { name: `${parent}/tasks/t-1`, httpRequest, scheduleTime, dispatchDeadline: { seconds: '30' } };
    const [created] = await under.client.createTask({ parent, task: given, responseView: FULL });
    expect(bodyOf(created)).toEqual(BYTES);
    expect(created).toMatchObject({
      name: given.name,
      httpRequest: { url: httpRequest.url, httpMethod: 'PUT', headers: httpRequest.headers },
      scheduleTime: { seconds: String(IN_A_WEEK), nanos: 123_456_000 }, // microseconds
      dispatchDeadline: { seconds: '30' },
      dispatchCount: 0,
      responseCount: 0,
      firstAttempt: null,
      lastAttempt: null,
      view: 'FULL',
    });
    expect(created.httpRequest?.headers).toMatchObject({ 'User-Agent': 'Google-Cloud-Tasks' });
    expect(created.createTime?.nanos ?? 0).toBe(0);
    const [full] = await under.client.getTask({ name: given.name, responseView: FULL });
    expect(full).toEqual(created);
    const [basic] = await under.client.getTask({ name: given.name });
    expect(basic.view).toBe('BASIC');
    expect(bodyOf(basic)).toHaveLength(0);
    expect(basic.httpRequest?.headers).toEqual(created.httpRequest?.headers);
  });

  test('an App Engine task shows the headers that it gets', async () => {
    const parent = await pausedQueue(under, 'app-engine');
    const appEngineHttpRequest = {
      relativeUri: '/worker?x=1',
      appEngineRouting: { service: 'svc', version: 'v1' },
      body: Buffer.from('hi'),
    };
    const [task] = await under.client.createTask({ parent, task: { appEngineHttpRequest }, responseView: FULL });
    expect(task.appEngineHttpRequest).toMatchObject({
      httpMethod: 'POST',
      relativeUri: '/worker?x=1',
      appEngineRouting: { service: 'svc', version: 'v1' },
      headers: {
        'User-Agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
        'Content-Type': 'application/octet-stream',
        'Content-Length': '2',
      },
    });
    expect(Buffer.from(task.appEngineHttpRequest?.body as Uint8Array).toString()).toBe('hi');
    expect(task.httpRequest ?? null).toBeNull();
  });

  test('a task without a name gets one, and is due now', async () => {
    const parent = await pausedQueue(under, 'unnamed');
    const [task] = await under.client.createTask({ parent, task: { httpRequest: { url: 'https://example.com/' } } });
    expect(task.name).toMatch(new RegExp(`^${parent}/tasks/[\\w-]+$`));
    expect(task.httpRequest?.httpMethod).toBe('POST');
    expect(Math.abs(Number(task.scheduleTime?.seconds) - Number(task.createTime?.seconds))).toBeLessThanOrEqual(1);
  });

  test('a time in the past is now', async () => {
    const parent = await pausedQueue(under, 'past');
    const httpRequest = { url: 'https://example.com/' };
    const [task] = await under.client.createTask({ parent, task: { httpRequest, scheduleTime: { seconds: 1 } } });
    expect(Math.abs(Number(task.scheduleTime?.seconds) - Number(task.createTime?.seconds))).toBeLessThanOrEqual(1);
  });

  test('ten thousand tasks are listed page by page, each once', async () => {
    const parent = await pausedQueue(under, 'many');
    for (let batch = 0; batch < 100; batch++) await addHundred(parent, batch);
    const names = new Set<string>();
    let count = 0;
    for await (const { name } of under.client.listTasksAsync({ parent, pageSize: 777 })) {
      names.add(name as string);
      count++;
    }
    expect([count, names.size]).toEqual([10_000, 10_000]);
    const [page, next] = await under.client.listTasks({ parent, pageSize: 10 }, { autoPaginate: false });
    expect(page).toHaveLength(10);
    expect(next).toMatchObject({ pageToken: expect.stringMatching(/./) });
  });

  test('tasks are deleted, before and after the cursor of a list', async () => {
    const parent = await pausedQueue(under, 'delete');
    const httpRequest = { url: 'https://example.com/' };
    const names = ['a', 'b', 'c', 'd'].map((letter) => `${parent}/tasks/${letter}`);
    for (const name of names) await under.client.createTask({ parent, task: { name, httpRequest } });
    const [first, next] = await under.client.listTasks({ parent, pageSize: 2 }, { autoPaginate: false });
    const seen = first.map(({ name }) => name as string);
    const gone = names.filter((name) => !seen.includes(name))[0] as string;
    for (const name of [seen[0] as string, gone]) await under.client.deleteTask({ name });
    const [rest] = await under.client.listTasks(next as { parent: string }, { autoPaginate: false });
    expect(rest.map(({ name }) => name)).toEqual(names.filter((name) => !seen.includes(name) && name !== gone));
    await under.fails(under.client.getTask({ name: gone }), 'NOT_FOUND');
  });

  test('run dispatches a task of a paused queue, and answers with the attempt', async () => {
    const parent = await pausedQueue(under, 'run');
    const path = `/${id}/run`;
    const url = handler.statuses(path, 500);
    const name = `${parent}/tasks/runs`;
    const scheduleTime = { seconds: IN_A_WEEK };
    await under.client.createTask({ parent, task: { name, httpRequest: { url }, scheduleTime } });
    const [dispatched] = await under.client.runTask({ name });
    expect(dispatched).toMatchObject({ name, dispatchCount: 1 });
    expect(Number(dispatched.lastAttempt?.dispatchTime?.seconds)).toBeGreaterThan(Date.now() / 1000 - 60);
    const answered = async () => (await under.client.getTask({ name }))[0];
    await expect.poll(async () => (await answered()).responseCount).toBe(1);
    const failed = await answered();
    expect(failed).toMatchObject({ lastAttempt: { responseStatus: { code: 13 } } });
    expect(failed.firstAttempt).toMatchObject({ dispatchTime: expect.anything() });
    expect(Number(failed.scheduleTime?.seconds)).toBeLessThan(IN_A_WEEK - 86_400); // after its back-off
    await under.client.runTask({ name });
    await expect.poll(() => handler.received(path).length).toBe(2);
    await expect.poll(() => answered().catch(() => 'gone')).toBe('gone');
    await under.fails(under.client.runTask({ name }), 'NOT_FOUND');
    await under.fails(under.client.createTask({ parent, task: { name, httpRequest: { url } } }), 'ALREADY_EXISTS');
  });
});
