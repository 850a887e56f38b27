// A row stays in the outbox while nobody knows that its task survives a failover.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { Relay } from '../../src/relay/relay.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { eventually } from '../support/eventually.ts';
import { rejection } from '../support/rejection.ts';
import { value } from '../support/sql.ts';
import { makeStore } from './harness.ts';

let server: EmbeddedServer;
let dir: string;
let operator: pg.Client;

/** Commits on the tasks' server wait for this standby from now on. */
async function waitFor(standby: string): Promise<void> {
  await operator.query(`alter system set synchronous_standby_names = '${standby}'`);
  await operator.query('select pg_reload_conf()');
  await eventually(async () => expect(await value(operator, 'show synchronous_standby_names')).toBe(standby));
}

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-unconfirmed-'));
  fs.chmodSync(dir, 0o755);
  const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;
  server = await startEmbedded({ dir, port: null, ephemeral: true, user, from });
  await migrate(server.url);
  operator = new pg.Client(server.url);
  await operator.connect();
  await operator.query('set synchronous_commit = off');
});
afterAll(async () => {
  await operator.end();
  await server.stop();
  fs.rmSync(dir, { recursive: true, force: true });
});

test('a row whose task no standby has confirmed stays, and comes again', async () => {
  const store = await makeStore();
  const ids = await store.write({ task: { url: '/x' } });
  const relay = new Relay({
    database: { connectionString: server.url, options: '-c synchronous_commit=on' },
    sources: [{ name: 'shop', url: store.url }],
    logger: silentLogger,
  });
  await waitFor('nobody');
  const outcome = rejection(relay.runOnce());
  const waiting = "select max(pid) from pg_stat_activity where wait_event = 'SyncRep'";
  const pid = await eventually(async () => (await value(operator, waiting)) ?? Promise.reject(new Error('not yet')));
  await operator.query('select pg_cancel_backend($1)', [pid]);
  expect(await outcome).toMatchObject({ name: 'TransientError' });
  expect(await store.left()).toEqual(ids);

  await waitFor('');
  expect(await relay.runOnce()).toMatchObject([{ counts: { added: 0, repeated: 1 } }]);
  expect(await store.left()).toEqual([]);
  await relay.stop();
});
