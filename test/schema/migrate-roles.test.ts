// The cluster's roles, on a separate server: the shared one already has them.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { checkSchema, migrate } from '../../src/schema/migrate/migrate.ts';
import { queryAt } from '../support/bare-database.ts';
import { sharedFolder } from '../support/folder.ts';

const folder = sharedFolder();
let server: EmbeddedServer;

beforeAll(async () => {
  server = await startEmbedded({ dir: folder, port: null, ephemeral: true });
});
afterAll(() => server?.stop());

const owners = `select distinct proowner::regrole::text as owner from pg_proc where pronamespace = 'taskqueue'::regnamespace`;

/** Creates a login that owns a database, and returns their connection string. */
async function newcomer(name: string, attributes: string): Promise<string> {
  await queryAt(server.url, `create role ${name} login password 'x' ${attributes}`);
  await queryAt(server.url, `create database ${name} owner ${name}`);
  return server.urlFor(name).replace(/postgres:[^@]*@/, `${name}:x@`);
}

// The order matters: the first test needs a cluster without roles, and the next ones create them.
test('a user who may not create roles works without them, with a warning', async () => {
  const url = await newcomer('humble', '');
  const warnings: string[] = [];
  await migrate(url, { log: (line) => line.startsWith('warning') && warnings.push(line) });
  expect(await checkSchema(url)).toMatchObject({ ok: true });
  expect((await queryAt(url, owners)).rows).toEqual([{ owner: 'humble' }]);
  expect(warnings.join('\n')).toMatch(/must have CREATEROLE|belongs to the migrating user/);
});

test('a user who may create roles creates them, and migrates as the owner', async () => {
  const url = await newcomer('maker', 'createrole');
  await migrate(url);
  expect((await queryAt(url, owners)).rows).toEqual([{ owner: 'taskqueue_owner' }]);
  await queryAt(server.url, 'drop database maker with (force)');
  const roles = ['owner', 'enqueuer', 'worker', 'dispatcher', 'server', 'operator', 'viewer'];
  for (const role of roles) await queryAt(server.url, `drop role taskqueue_${role}`); // the next test needs a cluster without roles again
});

test('databases that migrate concurrently create the roles once', async () => {
  const names = ['one', 'two', 'three', 'four'];
  for (const name of names) await createDatabase(server.url, name);
  await Promise.all(names.map((name) => migrate(server.urlFor(name))));
  for (const name of names) {
    expect((await queryAt(server.urlFor(name), owners)).rows).toEqual([{ owner: 'taskqueue_owner' }]);
  }
});

test('a user who may use the roles without being superuser migrates as the owner', async () => {
  const url = await newcomer('trusted', 'createrole');
  await queryAt(server.url, 'grant taskqueue_owner to trusted');
  await migrate(url);
  expect((await queryAt(url, owners)).rows).toEqual([{ owner: 'taskqueue_owner' }]);
});

test('a schema created without the roles keeps its owner after they exist', async () => {
  const url = server.urlFor('humble').replace(/postgres:[^@]*@/, 'humble:x@');
  await queryAt(url, `update taskqueue.migrations set checksum = 'old' where file = 'functions/enqueue/add.sql'`);
  expect((await migrate(url)).applied).toContain('functions/enqueue/add.sql');
  expect((await queryAt(url, owners)).rows).toEqual([{ owner: 'humble' }]);
});
