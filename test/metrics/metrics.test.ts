import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { BUILD_INFO, FAMILIES } from '../../src/metrics/families.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';
import { createToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { nextName } from '../support/names.ts';
import { type ParsedFamily, parsePrometheusText } from '../support/prometheus-text.ts';

const database = useDatabase();
let login: string;
beforeAll(async () => {
  login = await newLogin(database.url, ['taskqueue_server']);
});
afterAll(() => dropLogins(database.url));

/** A server with no rights but those of taskqueue_server. */
async function serve(options: Partial<ServerOptions> = {}) {
  const server = createServer({ database: login, port: 0, logger: silentLogger, pollSeconds: 0.1, ...options });
  onTestFinished(() => server.stop());
  await server.start();
  return server;
}

async function scrape(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsePrometheusText(await response.text());
}

function read(families: Map<string, ParsedFamily>, name: string, labels: Record<string, string> = {}) {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  return family?.samples.find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )?.value;
}

const createQueue = (queue: string, more = '') =>
  database.pool.query(`select taskqueue.create_queue($1, rate => '500/s' ${more})`, [queue]);
const add = (queue: string, url: string, more = '') =>
  database.pool.query(`select taskqueue.add(queue => $1, url => $2, transactional => false ${more})`, [queue, url]);

test('attempts, deaths, lag and depth are there, by queue, with all names', async () => {
  const queue = nextName('metrics');
  await createQueue(queue);
  const handler = ({ url }: Request) => new Response(null, { status: Number(new URL(url).pathname.slice(1)) });
  const { url } = await serve({ targets: { default: handler } });
  expect(read(await scrape(url), 'pgtaskqueue_dead_total', { queue })).toBe(0);
  await add(queue, '/200');
  await add(queue, '/404', `, retry => '{"task_retry_limit": 0}'`);
  await add(queue, '/500', `, retry => '{"min_backoff_seconds": 3600, "max_backoff_seconds": 3600}'`);
  await add(queue, '/200', `, countdown => 3600`);
  await eventually(async () => {
    const families = await scrape(url);
    expect(read(families, 'pgtaskqueue_attempt_duration_seconds_count', { queue })).toBe(3);
  });
  const families = await scrape(url);
  const of = (name: string, labels: Record<string, string> = {}) =>
    read(families, `pgtaskqueue_${name}`, { queue, ...labels });
  expect(of('attempts_total', { outcome: 'success' })).toBe(1);
  expect(of('attempts_total', { outcome: 'client_error' })).toBe(1);
  expect(of('attempts_total', { outcome: 'server_error' })).toBe(1);
  expect(of('dead_total')).toBe(1);
  expect(of('claimed_tasks_total')).toBe(3);
  expect(of('claims_total')).toBeGreaterThanOrEqual(1);
  expect(of('doorbell_waits_total')).toBeGreaterThanOrEqual(1);
  expect(of('lag_seconds_count')).toBe(3);
  expect(of('lag_seconds_bucket', { le: '+Inf' })).toBe(3);
  expect(of('leader')).toBe(1);
  expect(of('in_flight')).toBe(0);
  expect(of('enforced_rate')).toBe(500);
  expect(of('queue_paused')).toBe(0);
  expect(read(families, 'pgtaskqueue_settle_delay_seconds_count')).toBe(3);
  expect(read(families, 'pgtaskqueue_claim_seconds_count')).toBeGreaterThanOrEqual(1);
  expect(read(families, 'pgtaskqueue_dispatchers')).toBe(1);
  expect(read(families, 'pgtaskqueue_database_up')).toBe(1);
  expect(read(families, 'pgtaskqueue_horizon_age_seconds')).toBeGreaterThanOrEqual(0);
  expect(read(families, 'pgtaskqueue_database_errors_total')).toBe(0);
  expect(families.has('process_cpu_seconds_total') && families.has('nodejs_eventloop_lag_seconds')).toBe(true);
  for (const { name, type, help } of [...FAMILIES, BUILD_INFO])
    expect(families.get(name), name).toMatchObject({ type, help });
});

test('depth, oldest due task, dead tasks and pauses are those of the whole database', async () => {
  const queue = nextName('stored');
  await createQueue(queue);
  await database.pool.query('select taskqueue.pause_queue($1)', [queue]);
  await add(queue, '/x');
  await add(queue, '/x', ', countdown => 100');
  const { url } = await serve();
  const families = await scrape(url);
  const of = (name: string) => read(families, `pgtaskqueue_queue_${name}`, { queue });
  expect(of('tasks')).toBe(2);
  expect(of('paused')).toBe(1);
  expect(of('oldest_due_age_seconds')).toBeGreaterThan(0);
  expect(of('oldest_due_age_seconds')).toBeLessThan(60);
  expect(of('dead_tasks')).toBe(0);
});

test('leases over HTTP are counted', async () => {
  const queue = nextName('pull');
  await database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
  await database.pool.query(`select taskqueue.add(queue => $1, payload => 'x', transactional => false)`, [queue]);
  const { url } = await serve();
  const lease = `${url}/taskqueue/v1beta2/projects/p/taskqueues/${queue}/tasks/lease?leaseSecs=10&numTasks=5`;
  expect((await fetch(lease, { method: 'POST' })).status).toBe(200);
  expect(read(await scrape(url), 'pgtaskqueue_http_leased_tasks_total', { queue })).toBe(1);
});

test('with 500 queues, 20 have values of their own and the rest are summed up', async () => {
  const prefix = nextName('many');
  await database.pool.query(
    `select taskqueue.create_queue($1 || '-' || i, rate => '500/s') from generate_series(1, 500) as i`,
    [prefix],
  );
  await Promise.all(Array.from({ length: 500 }, (_, i) => add(`${prefix}-${i + 1}`, '/x')));
  const { url } = await serve({ metricsQueues: 20, targets: { default: () => new Response() } });
  await eventually(async () => {
    const attempts = (await scrape(url)).get('pgtaskqueue_attempts_total')?.samples ?? [];
    expect(attempts.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThanOrEqual(500);
  });
  const families = await scrape(url);
  for (const [name, { samples }] of families) {
    const queues = new Set(samples.flatMap(({ labels }) => labels.queue ?? []));
    expect(queues.size, name).toBeLessThanOrEqual(21);
    if (name === 'pgtaskqueue_queue_tasks') expect(queues).toContain('(other)');
  }
  expect(read(families, 'pgtaskqueue_leader', { queue: '(other)' })).toBeGreaterThan(400);
});

test('with a token, only callers that may read all queues get them', async () => {
  const { url } = await serve({ token: 'secret-of-the-server' });
  const status = async (token?: string) =>
    (await fetch(`${url}/metrics`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }))
      .status;
  const tokenWith = async (rights: string[], queues: string[]) =>
    (await createToken(database.pool, 'ada@example.com', { rights, queues })).token;
  expect(await status()).toBe(401);
  expect(await status('secret-of-the-server')).toBe(200);
  expect(await status(await tokenWith(['read'], ['*']))).toBe(200);
  expect(await status(await tokenWith(['read'], ['mail-*']))).toBe(403);
  expect(await status(await tokenWith(['lease'], ['*']))).toBe(403);
});
