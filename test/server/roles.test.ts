// Servers that run some of the parts.

import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ConfigError } from '../../src/server/config-error.ts';
import { ROLES, readRoles } from '../../src/server/roles.ts';
import { createServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();

async function setup(options: Partial<ServerOptions>) {
  const server = createServer({ database: database.url, port: 0, logger: silentLogger, ...options });
  onTestFinished(() => server.stop());
  await server.start();
  return server;
}

const status = async (url: string) => (await fetch(url)).status;

const connections = async () => {
  const { rows } = await database.pool.query(
    `select distinct substring(application_name from 'pgtaskqueue (\\w+)') as name from pg_stat_activity
     where datname = current_database() and application_name ~ '^pgtaskqueue (dispatcher|scheduler|http)' order by 1`,
  );
  return rows.map(({ name }) => name as string);
};

test('only http: the API answers, and nobody dispatches', async () => {
  const { url } = await setup({ roles: ['http'] });
  expect(await status(`${url}/taskqueue/v1beta2/projects/x/taskqueues/none`)).toBe(404);
  expect(await (await fetch(`${url}/taskqueue/v1beta2/projects/x/taskqueues/none`)).text()).toContain('none');
  expect(await status(`${url}/readyz`)).toBe(200);
  expect(await connections()).toEqual(['http']);
});

test('by default all parts run', async () => {
  const { url } = await setup({});
  await expect.poll(connections).toEqual(['dispatcher', 'http', 'scheduler']);
  expect(await status(`${url}/readyz`)).toBe(200);
});

test.each(['dispatcher', 'scheduler'] as const)(
  'only %s: probes and metrics answer, the API does not',
  async (role) => {
    const { url } = await setup({ roles: [role] });
    await expect.poll(() => status(`${url}/readyz`)).toBe(200);
    expect(await status(`${url}/healthz`)).toBe(200);
    expect(await status(`${url}/metrics`)).toBe(200);
    const api = await fetch(`${url}/taskqueue/v1beta2/projects/x/taskqueues/none`);
    expect([api.status, await api.text()]).toEqual([404, expect.stringContaining('there is nothing at')]);
    const others = ['dispatcher', 'scheduler'].filter((name) => name !== role);
    expect((await connections()).filter((name) => others.includes(name))).toEqual([]);
  },
);

test('a scheduler that cannot run is not ready where it is the only part', async () => {
  const { rows } = await database.pool.query(`select nspname from pg_namespace where nspname = 'taskqueue_cron'`);
  expect(rows).toEqual([{ nspname: 'taskqueue_cron' }]);
  await database.pool.query('alter schema taskqueue_cron rename to away');
  onTestFinished(async () => {
    await database.pool.query('drop schema if exists taskqueue_cron cascade');
    await database.pool.query('alter schema away rename to taskqueue_cron');
  });
  const login = await loginWithoutCron();
  const { url } = await setup({ roles: ['scheduler'], database: login });
  const answer = await fetch(`${url}/readyz`);
  expect([answer.status, await answer.json()]).toEqual([
    503,
    expect.objectContaining({ detail: expect.stringContaining('the scheduler') }),
  ]);
  const all = await setup({ database: login });
  await expect.poll(() => status(`${all.url}/readyz`)).toBe(200);
});

async function loginWithoutCron(): Promise<string> {
  const { newLogin, dropLogins } = await import('../support/logins.ts');
  onTestFinished(() => dropLogins(database.url));
  return newLogin(database.url, ['taskqueue_server']);
}

test.each([
  ['http, dispatcher', ['http', 'dispatcher']],
  ['scheduler', ['scheduler']],
  [
    ['dispatcher', 'http'],
    ['http', 'dispatcher'],
  ],
  [undefined, [...ROLES]],
])('the roles of %j', (given, roles) => expect(readRoles(given)).toEqual(roles));

test.each(['', 'web', 'http,', 'http;dispatcher', [[]], 'HTTP'])('%j are no roles', (given) => {
  expect(() => readRoles(given as string)).toThrow(ConfigError);
  expect(() => readRoles(given as string)).toThrow(/^roles must be some of http, dispatcher and scheduler, got /);
});

test('createServer refuses an unknown role', () => {
  expect(() => createServer({ database: database.url, roles: ['web' as 'http'] })).toThrow(
    'roles must be some of http, dispatcher and scheduler, got web',
  );
});
