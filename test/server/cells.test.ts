// One server of several cells: databases of one cluster, and one on a cluster of its own that is stopped and started.

import { create, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { requestsV2 } from '../../src/cloud-tasks/schema/v2.ts';
import { freePort } from '../../src/embedded/ports.ts';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import type { LogFields, Logger } from '../../src/runtime/logger.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { createServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';
import { createToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';
import { parsePrometheusText } from '../support/prometheus-text.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

const { ListQueuesRequest } = requestsV2;
const PARENT = 'projects/p/locations/l';
const NOWHERE = 'postgresql://127.0.0.1:1/nothing';

const eu = useDatabase();
const us = useDatabase();
const TOKEN = 'the-token-of-the-server';
const ROOT = { authorization: `Bearer ${TOKEN}` };

/** Names of the cells whose handlers got each path. */
const delivered = new Map<string, string[]>();

async function serve(options: Partial<ServerOptions> = {}) {
  const target = (request: Request) => {
    const { pathname } = new URL(request.url);
    delivered.set(pathname, [...(delivered.get(pathname) ?? []), request.headers.get('x-appengine-taskname') ?? '']);
    return new Response();
  };
  const server = createServer({
    ...{ cells: { eu: { database: eu.serverUrl }, us: { database: us.serverUrl } }, port: 0, token: TOKEN },
    ...{ logger: silentLogger, targets: { default: target }, stopSeconds: 2, ...options },
  });
  onTestFinished(() => server.stop());
  await server.start();
  const get = (path: string, headers: Record<string, string> = ROOT) =>
    fetch(server.url + path, { headers, redirect: 'manual' });
  return { server, get };
}

/** An attempt to start follows the last within five seconds. */

const ready = (get: (path: string) => Promise<Response>, names: string[]) =>
  eventually(async () => {
    const listed = (await (await get('/cells')).json()) as { name: string; ready: boolean }[];
    expect(listed.filter((cell) => cell.ready).map(({ name }) => name)).toEqual(names);
  });

const add = ({ pool }: { pool: pg.Pool }, url: string) =>
  pool.query('select taskqueue.add(url => $1, transactional => false)', [url]);

test('each cell dispatches its own tasks, and has its own HTTP side', async () => {
  const { get } = await serve();
  await ready(get, ['eu', 'us']);
  expect(await (await get('/cells')).json()).toEqual([
    { name: 'eu', default: true, ready: true },
    { name: 'us', default: false, ready: true },
  ]);
  await Promise.all([add(eu, '/of-eu'), add(us, '/of-us')]);
  await eventually(async () => expect([...delivered.keys()].sort()).toEqual(['/of-eu', '/of-us']));

  await us.pool.query(`select taskqueue.create_queue('only-us')`);
  const queueAt = async (prefix: string) => (await get(`${prefix}/v2/projects/p/locations/l/queues/only-us`)).status;
  expect([await queueAt('/cells/us'), await queueAt('/cells/eu'), await queueAt('')]).toEqual([200, 404, 404]);
  const { get: other } = await serve({ defaultCell: 'us' });
  await ready(other, ['us', 'eu']);
  expect((await other('/v2/projects/p/locations/l/queues/only-us')).status).toBe(200);
});

test('addresses in answers are below the cell', async () => {
  const { server, get } = await serve();
  await ready(get, ['eu', 'us']);
  const discovery = await (await get('/cells/us/.well-known/openid-configuration')).json();
  expect(discovery).toMatchObject({ issuer: `${server.url}/cells/us`, jwks_uri: `${server.url}/cells/us/jwks` });
  const ofDefault = await (await get('/.well-known/openid-configuration')).json();
  expect(ofDefault).toMatchObject({ issuer: `${server.url}/cells/eu` });
  expect(await (await get('/cells/us/openapi.json')).json()).toMatchObject({ servers: [{ url: '/cells/us' }] });
  expect(Object.keys(((await (await get('/cells/us')).json()) as { pages: object }).pages)).toContain(
    '/cells/us/console',
  );
  const page = await get('/console/queues?x=1');
  expect([page.status, page.headers.get('location')]).toEqual([307, '/cells/eu/console/queues?x=1']);
  const issuer = await serve({ issuer: 'https://tasks.example.com/' });
  await ready(issuer.get, ['eu', 'us']);
  expect(await (await issuer.get('/cells/us/.well-known/openid-configuration')).json()).toMatchObject({
    issuer: 'https://tasks.example.com/cells/us',
  });
});

test("a token of one cell's database gives nothing in the others, nor in what they have together", async () => {
  const { get } = await serve();
  await ready(get, ['eu', 'us']);
  const { token } = await createToken(eu.pool, 'ada@example.com', {
    rights: ['read', 'enqueue', 'lease', 'operate', 'admin'] as never,
    queues: ['*'],
  });
  const statuses = async (headers: Record<string, string>) => {
    const paths = ['/cells/eu/metrics', '/metrics', '/cells', '/cells/us/metrics', '/cells/us/v2/projects/p/locations'];
    return Promise.all(paths.map(async (path) => (await get(path, headers)).status));
  };
  expect(await statuses({ authorization: `Bearer ${token}` })).toEqual([200, 401, 401, 401, 401]);
  expect(await statuses({})).toEqual([401, 401, 401, 401, 401]);
  expect(await statuses(ROOT)).toEqual([200, 200, 200, 200, 200]);
});

test('anonymous callers learn a status, and no names', async () => {
  const { get } = await serve();
  await ready(get, ['eu', 'us']);
  const anonymous = async (path: string) => {
    const response = await get(path, {});
    return [response.status, await response.text()];
  };
  expect(await anonymous('/readyz')).toEqual([200, '']);
  expect(await anonymous('/healthz')).toEqual([200, '']);
  const unknown = await get('/cells/asia/v2/projects', {});
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { type: 'about:blank', title: 'Not found', status: 404, detail: 'there is no such cell' },
  ]);
  expect(await (await get('/cells/asia')).json()).toMatchObject({ detail: 'there is no such cell; cells: eu, us' });
});

test('to sign in to the console of one cell is not to sign in to another', async () => {
  const { server, get } = await serve();
  await ready(get, ['eu', 'us']);
  const { token } = await createToken(eu.pool, 'eve@example.com', { rights: ['read'], queues: ['*'] });
  const signIn = async (cell: string, given: string) => {
    const response = await fetch(`${server.url}/cells/${cell}/console/login`, {
      method: 'POST',
      body: new URLSearchParams({ token: given, next: `/cells/${cell}/console/queues` }),
      redirect: 'manual',
    });
    return { status: response.status, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };
  const page = async (cell: string, cookie: string) => {
    const response = await get(`/cells/${cell}/console/queues`, { cookie, accept: 'text/html' });
    return [response.status, (await response.text()).includes('/cells/us/console')];
  };
  const root = await signIn('eu', TOKEN);
  expect(await page('eu', root.cookie)).toEqual([200, true]); // with the menu of cells
  const eve = await signIn('eu', token);
  expect(await page('eu', eve.cookie)).toEqual([200, false]);
  expect((await page('us', eve.cookie))[0]).toBe(401);
  expect((await page('us', root.cookie))[0]).toBe(401);
  expect((await signIn('us', token)).status).toBe(401);
});

test('metrics of all cells have each family once, and a label', async () => {
  const { get } = await serve({ cells: { eu: { database: eu.serverUrl }, off: { database: NOWHERE } } });
  await ready(get, ['eu']);
  const families = parsePrometheusText(await (await get('/metrics')).text());
  const values = (name: string) => families.get(name)?.samples.map(({ labels, value }) => [labels.cell, value]);
  expect(values('pgtaskqueue_cell_ready')).toEqual([
    ['eu', 1],
    ['off', 0],
  ]);
  expect(values('pgtaskqueue_database_up')).toEqual([['eu', 1]]);
  expect(values('pgtaskqueue_build_info')).toEqual([[undefined, 1]]);
  expect(families.has('process_cpu_seconds_total')).toBe(true);
  const own = parsePrometheusText(await (await get('/cells/eu/metrics')).text());
  expect([own.has('process_cpu_seconds_total'), own.has('pgtaskqueue_queue_tasks')]).toEqual([false, true]);
});

/** A cluster of its own with one migrated database, which can be stopped and started at its port. */
async function ownCluster() {
  const dir = temporaryFolder();
  const options = { dir, port: await freePort(54_400), ephemeral: true };
  let running = await startEmbedded(options);
  onTestFinished(() => running.stop());
  const { url } = running;
  await migrate(url);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {}); // the server is stopped
  onTestFinished(() => pool.end());
  return {
    url,
    pool,
    stop: () => running.stop(),
    start: async () => {
      running = await startEmbedded(options);
      expect(running.url).toBe(url);
    },
  };
}

describe('a cell that is down', () => {
  test('at the start answers 503, stops none of the others, and comes in when it is back', async () => {
    const cluster = await ownCluster();
    await cluster.stop();
    const logged: (LogFields | undefined)[] = [];
    const logger: Logger = { ...silentLogger, warn: (_, fields) => logged.push(fields) };
    const { server, get } = await serve({
      logger,
      cells: { eu: { database: eu.serverUrl }, us: { database: cluster.url } },
    });
    await ready(get, ['eu']);
    expect(logged).toContainEqual(expect.objectContaining({ cell: 'us', error: expect.anything() }));
    const down = await get('/cells/us/v2/projects/p/locations');
    expect(down.status).toBe(503);
    expect(Number(down.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await down.json()).toMatchObject({ detail: expect.stringMatching(/^cell us has not started: /) });
    expect(await (await get('/readyz')).json()).toMatchObject({
      status: 'ready',
      cells: [
        { name: 'eu', ready: true },
        { name: 'us', ready: false, problem: expect.any(String) },
      ],
    });
    await add(eu, '/while-us-is-down');
    await eventually(async () => expect(delivered.has('/while-us-is-down')).toBe(true));
    await cluster.start();
    await ready(get, ['eu', 'us']);
    await add({ pool: cluster.pool }, '/us-is-back');
    await eventually(async () => expect(delivered.has('/us-is-back')).toBe(true));
    expect((await fetch(`${server.url}/cells/us/readyz`)).status).toBe(200);

    await cluster.stop(); // and while it runs
    await eventually(async () => expect((await get('/cells/us/readyz')).status).toBe(503));
    expect((await get('/readyz')).status).toBe(200);
    await add(eu, '/while-us-is-away');
    await eventually(async () => expect(delivered.has('/while-us-is-away')).toBe(true));
    await cluster.start();
    await ready(get, ['eu', 'us']);
    await add({ pool: cluster.pool }, '/us-is-back-again');
    await eventually(async () => expect(delivered.has('/us-is-back-again')).toBe(true));
  });

  test('does not keep the server from stopping, whether it refuses or says nothing', async () => {
    const proxy = await tcpProxy(us.serverUrl);
    onTestFinished(() => proxy.close());
    proxy.freeze();
    const cells = { eu: { database: eu.serverUrl }, off: { database: NOWHERE }, silent: { database: proxy.url } };
    const { server, get } = await serve({ cells });
    await ready(get, ['eu']);
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(30_000); // 2 s for deliveries, 6 s to give up what hangs
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('answers 503 on every path while it is the default one; the scripts of the console are there', async () => {
    const { get } = await serve({ cells: { off: { database: NOWHERE }, eu: { database: eu.serverUrl } } });
    await ready(get, ['eu']);
    for (const path of ['/', '/v2/projects/p/locations', '/jwks', '/cells/off', '/cells/off/healthz'])
      expect([path, (await get(path)).status]).toEqual([path, 503]);
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/console/assets/x/console.css')).status).toBe(404); // answered by a cell that works
  });
});

test('two cells that are the same database are told apart: the second is not started', async () => {
  const errors: (LogFields | undefined)[] = [];
  const logger: Logger = { ...silentLogger, error: (_, fields) => errors.push(fields) };
  const cells = { eu: { database: eu.serverUrl }, again: { database: eu.url } };
  const { get } = await serve({ cells, logger });
  await eventually(async () => expect(errors).toHaveLength(1));
  const list = async () => (await (await get('/cells')).json()) as { ready: boolean; problem?: string }[];
  await eventually(async () => expect((await list()).filter((cell) => cell.ready)).toHaveLength(1));
  expect((await list()).map(({ problem }) => problem)).toContainEqual(
    expect.stringMatching(/^cells (eu and again|again and eu) are the same database/),
  );
});

test('calls of gRPC name their cell in their metadata', async () => {
  const { server, get } = await serve({ cells: { eu: { database: eu.serverUrl }, off: { database: NOWHERE } } });
  await ready(get, ['eu']);
  const client = new Client(new URL(server.url).host, credentials.createInsecure());
  onTestFinished(() => client.close());
  const call = (cell: string | undefined, token = TOKEN) =>
    new Promise<number>((resolve) => {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${token}`);
      if (cell !== undefined) metadata.set('pgtaskqueue-cell', cell);
      const request = Buffer.from(toBinary(ListQueuesRequest, create(ListQueuesRequest, { parent: PARENT })));
      const same = (bytes: Buffer) => bytes;
      const method = '/google.cloud.tasks.v2.CloudTasks/ListQueues';
      client.makeUnaryRequest(method, same, same, request, metadata, (error) => resolve(error?.code ?? status.OK));
    });
  expect(await Promise.all([call(undefined), call('eu'), call('off'), call('asia'), call('eu', 'x')])).toEqual([
    ...[status.OK, status.OK, status.UNAVAILABLE, status.NOT_FOUND, status.UNAUTHENTICATED],
  ]);
});

test.each<[Partial<ServerOptions>, RegExp]>([
  [{ database: 'postgresql://x' }, /database and cells must not be given together/],
  [{ cells: {} }, /cells must have the database of at least one name/],
  [
    { cells: { EU: { database: 'postgresql://x' } } },
    /the name of a cell must be 1 to 40 of a-z, 0-9 and -, .* got EU/,
  ],
  [{ cells: { eu: { database: 'x' } } }, /database must be a connection string/],
  [{ defaultCell: 'asia' }, /defaultCell must be one of eu, got asia/],
  [{ cells: undefined, database: 'postgresql://x', defaultCell: 'eu' }, /defaultCell must name one of the cells/],
  [{ cells: undefined }, /database must be a connection string/],
])('%j is refused', (options, message) => {
  expect(() => createServer({ cells: { eu: { database: 'postgresql://x' } }, ...options })).toThrow(message);
});
