// test-database: how long a test waits for a database of its own, on a server that tests may be given (durable here) and
// on the embedded one.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { testDatabase } from '../../src/testing.ts';
import { type Bench, type Cell, metricsOf } from '../bench.ts';
import { runRounds } from '../rounds.ts';

export const testDatabases: Bench = async (setting) => {
  const { server } = setting;
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgtaskqueue-bench-'));
  fs.chmodSync(dataDir, 0o755);
  delete process.env.DATABASE_URL;
  const embedded = { dataDir };
  await (await testDatabase({ url: server.url })).drop(); // makes the templates
  await (await testDatabase(embedded)).drop();
  const cells = await runRounds(setting, [
    timed('copied', () => testDatabase({ url: server.url })),
    timed('copied embedded', () => testDatabase(embedded)),
    timed('migrated', async () => {
      await server.admin.query('create database migrated');
      await migrate(server.urlFor('migrated'));
      return { drop: () => server.admin.query('drop database migrated with (force)') };
    }),
  ]);
  const ms = (label: string) => ({ ours: cells[label]?.ms ?? 0 });
  return { cells, metrics: metricsOf({ copied_ms: ms('copied'), embedded_ms: ms('copied embedded') }) };
};

function timed(label: string, create: () => Promise<{ drop(): Promise<unknown> }>): Cell {
  return {
    label,
    run: async () => {
      const begun = performance.now();
      const database = await create();
      const ms = performance.now() - begun;
      await database.drop();
      return { ms };
    },
  };
}
