// `dev` as an emulator of Cloud Tasks: queues that are there, or come when they are named, a reset and a clock.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FakeTarget, fakeTarget } from '../../src/testing/fake-target.ts';
import { start } from './command.ts';

const HERE = 'projects/p/locations/here/queues';

let cwd: string;
let target: FakeTarget;
let stop = async () => {};

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'emulator-'));
  chmodSync(cwd, 0o755); // PostgreSQL runs as another user when the tests run as root
  target = await fakeTarget(({ url }) => (url === '/fails' ? 500 : 200));
});
afterEach(() => stop());
afterAll(async () => {
  await target.close();
  rmSync(cwd, { recursive: true, force: true });
});

/** Starts `dev`; returns what asks its API. */
async function emulate(args: string[], env: Record<string, string> = {}) {
  const child = start(['dev', '--json', ...args], { cwd, env });
  stop = async () => {
    child.kill('SIGINT');
    await child.ran;
    stop = async () => {};
  };
  const { url, database } = await new Promise<{ url: string; database: string }>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => resolve(JSON.parse(String(chunk))));
    void child.ran.then(({ code, stderr }) => reject(new Error(`dev ended with ${code}: ${stderr}`)));
  });
  const ask = async (method: string, path: string, body?: object) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url + path, { method, headers, ...sent });
    return { status: response.status, json: await response.json() };
  };
  return Object.assign(ask, { database });
}

type Ask = Awaited<ReturnType<typeof emulate>>;

async function countOf(view: string, { database }: Ask): Promise<number> {
  const client = new pg.Client(database);
  await client.connect();
  const { rows } = await client.query(`select count(*)::integer as n from taskqueue.${view}`);
  await client.end();
  return rows[0].n;
}

const received = () => target.requests.map(({ url }) => url);
const create = (ask: Ask, queue: string, task: object) => ask('POST', `/v2/${HERE}/${queue}/tasks`, { task });
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

test('queues of the start, and those that are named', async () => {
  const ask = await emulate(['--ephemeral', '--auto-create', '--queues', `mail,${HERE}/own`]);
  const limits = { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 };
  for (const queue of [`${HERE}/mail`, 'projects/other/locations/there/queues/mail', `${HERE}/own`])
    expect(await ask('GET', `/v2/${queue}`)).toMatchObject({ json: { name: queue, rateLimits: limits } });
  const elsewhere = '/v2/projects/other/locations/there/queues/own';
  expect((await ask('GET', elsewhere)).status).toBe(404);

  const task = { httpRequest: { url: `${target.url}/named` } };
  expect((await create(ask, 'named', task)).status).toBe(200);
  expect(await ask('GET', `/v2/${HERE}/named`)).toMatchObject({ json: { rateLimits: limits } });
  const batch = await ask('POST', `/v2/${HERE}/batch/tasks:batchCreate`, { requests: [{ task }, { task }] });
  expect(batch.json.response.tasks).toHaveLength(2);
  expect((await ask('POST', `/v2/${HERE}/purged:purge`, {})).status).toBe(200);
  await expect.poll(() => received().filter((url) => url === '/named').length).toBe(3);

  expect((await ask('DELETE', `/v2/${HERE}/absent`)).status).toBe(404);
  expect((await ask('DELETE', `/v2/${HERE}/named`)).status).toBe(200);
  expect((await create(ask, 'named', task)).status).toBe(404);
});

test('a reset frees every name, and the clock brings what is due', async () => {
  const ask = await emulate(['--ephemeral', '--queues', 'mail,gone']);
  const name = (task: string) => `${HERE}/mail/tasks/${task}`;
  const later = { httpRequest: { url: `${target.url}/later` }, scheduleTime: inAnHour() };
  expect((await create(ask, 'mail', { ...later, name: name('waits') })).status).toBe(200);
  expect((await create(ask, 'mail', { httpRequest: { url: `${target.url}/now` }, name: name('ran') })).status).toBe(
    200,
  );
  await expect.poll(received).toContain('/now');
  await expect.poll(async () => (await ask('GET', `/v2/${name('ran')}`)).status).toBe(404);
  expect((await create(ask, 'mail', { ...later, name: name('ran') })).status).toBe(409);
  expect((await ask('DELETE', `/v2/${HERE}/gone`)).status).toBe(200);

  const retryConfig = { maxAttempts: 1 };
  expect((await create(ask, 'mail', { httpRequest: { url: `${target.url}/fails` }, retryConfig })).status).toBe(200);
  await expect.poll(() => countOf('dead_tasks', ask)).toBe(1);

  expect(await ask('POST', '/reset')).toEqual({ status: 200, json: {} });
  expect(await countOf('dead_tasks', ask)).toBe(0);
  expect((await ask('GET', `/v2/${HERE}/mail/tasks`)).json).toEqual({});
  for (const task of ['waits', 'ran'])
    expect((await create(ask, 'mail', { ...later, name: name(task) })).status).toBe(200);
  expect((await ask('POST', `/v2/${HERE.replace('/queues', '')}/queues`, { name: `${HERE}/gone` })).status).toBe(200);

  const before = Date.parse((await ask('GET', '/clock')).json.now);
  const after = Date.parse((await ask('POST', '/clock', { advanceSeconds: 3600 })).json.now);
  expect(after - before).toBeGreaterThanOrEqual(3_600_000);
  await expect.poll(() => received().filter((url) => url === '/later').length).toBe(2);
  expect(Date.parse((await ask('GET', '/clock')).json.now)).toBeGreaterThanOrEqual(after);
});

test('the variables of the in-memory emulator', async () => {
  const ask = await emulate(['--ephemeral'], {
    INITIAL_QUEUE: `${HERE}/first,${HERE}/second`,
    APP_ENGINE_EMULATOR_HOST: `${target.url}/app`,
    OPENID_ISSUER: 'http://localhost:8980',
    HARD_RESET_ON_PURGE_QUEUE: 'true',
  });
  expect((await ask('GET', '/.well-known/openid-configuration')).json.issuer).toBe('http://localhost:8980');
  const appEngine = (appEngineRouting?: object) => ({
    appEngineHttpRequest: { relativeUri: '/work', ...(appEngineRouting && { appEngineRouting }) },
  });
  expect((await create(ask, 'first', appEngine())).status).toBe(200);
  expect((await create(ask, 'second', appEngine({ service: 'worker', version: 'v1' }))).status).toBe(200);
  await expect.poll(() => received().filter((url) => url === '/app/work').length).toBe(2);
  const named = { ...appEngine(), name: `${HERE}/first/tasks/again`, scheduleTime: inAnHour() };
  for (const _ of [1, 2]) {
    expect((await create(ask, 'first', named)).status).toBe(200);
    expect((await ask('POST', `/v2/${HERE}/first:purge`, {})).status).toBe(200);
  }
});

describe('without --ephemeral', () => {
  test('there is neither a reset nor a clock, and queues stay', async () => {
    for (const _ of ['first', 'again']) {
      const ask = await emulate(['--queues', 'kept']);
      for (const path of ['/reset', '/clock']) expect((await ask('POST', path, {})).status).toBe(404);
      expect((await ask('GET', `/v2/${HERE}/kept`)).status).toBe(200);
      expect((await create(ask, 'unnamed', { httpRequest: { url: target.url } })).status).toBe(404);
      await stop();
    }
  });
});

test.each([
  [['--queues', 'under_score'], {}, /queues must be names such as mail.*got under_score/],
  [['--queues', 'mail,'], {}, /queues must be names such as mail.*got none/],
  [[], { INITIAL_QUEUE: 'projects/p/queues/mail' }, /queues must be names such as mail/],
  [[], { APP_ENGINE_EMULATOR_HOST: 'localhost:8080' }, /APP_ENGINE_EMULATOR_HOST must be a URL/],
  [[], { OPENID_ISSUER: 'localhost' }, /the issuer must be an http or https URL/],
  [[], { HARD_RESET_ON_PURGE_QUEUE: 'yes' }, /HARD_RESET_ON_PURGE_QUEUE must be true or false/],
])('%j with %j is refused', async (args, env, message) => {
  const { code, stderr } = await start(['dev', ...args], { cwd, env: env as Record<string, string> }).ran;
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});
