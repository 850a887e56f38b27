import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SchemaVersionError, TransientError } from '../../src/domain/errors.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ConfigError } from '../../src/server/config-error.ts';
import { createServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { dropLogins, newLogin } from '../support/logins.ts';

const database = useDatabase();
let login: string;
beforeAll(async () => {
  login = await newLogin(database.url, ['taskqueue_server']);
});
afterAll(() => dropLogins(database.url));

/** A server with no rights but those of taskqueue_server. */
async function setup(options: Partial<ServerOptions> = {}) {
  const server = createServer({ database: login, port: 0, logger: silentLogger, ...options });
  onTestFinished(() => server.stop());
  await server.start();
  return server;
}

function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

const add = (url: string) => database.pool.query('select taskqueue.add(url => $1, transactional => false)', [url]);

test('it is ready, and delivers', async () => {
  const delivered = Promise.withResolvers<string>();
  const target = (incoming: Request) => {
    delivered.resolve(new URL(incoming.url).pathname);
    return new Response();
  };
  const server = await setup({ targets: { default: target } });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await add('/hello');
  expect(await delivered.promise).toBe('/hello');
});

test('stopping waits for a delivery under way, claims no other, and closes; stopping twice is stopping once', async () => {
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const target = async () => {
    arrived.resolve();
    await finish.promise;
    return new Response();
  };
  const server = await setup({ targets: { default: target }, concurrency: 1 });
  await add('/slow');
  await arrived.promise;
  const stopped = Promise.all([server.stop(), server.stop()]);
  await add('/later');
  finish.resolve();
  await stopped;
  const { rows } = await database.pool.query('select url, state from taskqueue.tasks');
  expect(rows).toEqual([{ url: '/later', state: 'due' }]);
  await expect(fetch(server.url)).rejects.toThrow();
  await expect(server.start()).rejects.toThrow('stopped');
});

test('it writes the limits that it is given, and leaves those of others', async () => {
  const limits = async () =>
    (await database.pool.query(`select name, value from taskqueue.settings order by name`)).rows;
  await setup({ limits: { queues: 10 } });
  await setup();
  expect(await limits()).toEqual([{ name: 'max_queues', value: '10' }]);
  await setup({ limits: {} });
  expect(await limits()).toEqual([]);
});

describe('without a token', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1'])('it refuses to listen on %s', (host) => {
    expect(() => createServer({ database: database.url, host })).toThrow(ConfigError);
  });

  test('it answers to names of this machine only', async () => {
    const { url } = await setup();
    expect(await statusOf(url, { host: new URL(url).host })).toBe(200);
    expect(await statusOf(url, { host: 'localhost' })).toBe(200);
    expect(await statusOf(url, { host: 'rebound.example' })).toBe(421);
  });
});

test('with a token it may listen anywhere, and demands it', async () => {
  const { url } = await setup({ host: '0.0.0.0', token: 'a-long-random-text' });
  const local = url.replace('0.0.0.0', '127.0.0.1');
  expect(await statusOf(`${local}/readyz`, {})).toBe(200); // probes have none
  expect(await statusOf(local, {})).toBe(401);
  expect(await statusOf(local, { authorization: 'Bearer a-long-random-text' })).toBe(200);
  expect(await statusOf(local, { authorization: 'Bearer a-long-random-text', host: 'tasks.example' })).toBe(200);
});

test('a port that is taken is an error, and nothing is left running', async () => {
  const first = await setup();
  const port = Number(new URL(first.url).port);
  await expect(setup({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect((await setup({ port, moveBusyPort: true })).url).not.toBe(first.url);
});

test('a database that does not answer is worth another try', async () => {
  await expect(setup({ database: 'postgresql://127.0.0.1:1/nothing' })).rejects.toBeInstanceOf(TransientError);
});

test('it runs on whatever has at least its minimum version, and on nothing older', async () => {
  const { url } = await setup();
  const ready = async () => (await fetch(`${url}/readyz`)).status;
  await database.pool.query(`update taskqueue.migrations set checksum = 'another'`);
  await database.pool.query(
    `insert into taskqueue.schema_versions (version, release, owner) values (999, '9.9.9', 'x')`,
  );
  expect(await ready()).toBe(200);
  await setup();

  await database.pool.query('update taskqueue.schema_versions set version = 0 - version');
  const answer = await fetch(`${url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('run pgtaskqueue migrate') });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await expect(setup()).rejects.toBeInstanceOf(SchemaVersionError);
});
