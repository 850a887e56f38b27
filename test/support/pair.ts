// A primary and its hot standby, created as in PostgreSQL's manual: stop, copy, standby.signal. Replication passes
// through a route that a test can control.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { queryAt } from './bare-database.ts';
import { eventually } from './eventually.ts';
import { openRoute, type Route } from './route.ts';

export interface Pair {
  /** Connection strings of a database with the schema. */
  primary: string;
  standby: string;
  /** The same with both hosts, the standby first. */
  both: string;
  /** The route from the primary to the standby. */
  replication: Route;
  /** Ends the primary as a crash does. */
  crashPrimary(): Promise<void>;
  promote(): Promise<void>;
  close(): Promise<void>;
}

const NAME = 'app';

/** @param synchronous whether a commit on the primary waits for the standby */
export async function startPair({ synchronous }: { synchronous: boolean }): Promise<Pair> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-pair-'));
  fs.chmodSync(folder, 0o755);
  const [one, other] = ['one', 'other'].map((name) => path.join(folder, name)) as [string, string];
  await prepare(one);
  execFileSync('cp', ['-a', one, other]);
  const [data] = fs.readdirSync(other).filter((name) => /^pg\d+$/.test(name)) as [string];
  fs.rmSync(path.join(other, `${data}.json`), { force: true });
  writeSignal(path.join(other, data));

  const names = synchronous ? '*' : '';
  const primary = await start(one, { synchronous_standby_names: names, synchronous_commit: 'on', fsync: 'off' });
  const replication = await openRoute(primary.url);
  const login = new URL(replication.url);
  const conninfo = `host=127.0.0.1 port=${replication.port} user=postgres password=${login.password}`;
  const standby = await start(other, { primary_conninfo: conninfo, synchronous_commit: 'on' });
  await untilStreaming(primary);
  const [a, b] = [standby, primary].map(({ url }) => new URL(url).host);
  return {
    primary: primary.urlFor(NAME),
    standby: standby.urlFor(NAME),
    both: primary.urlFor(NAME).replace(`@${b}`, `@${a},${b}`),
    replication,
    crashPrimary: async () => {
      process.kill(primary.pid, 'SIGQUIT');
      await primary.stop();
    },
    promote: async () => void (await queryAt(standby.urlFor(NAME), 'select pg_promote()')),
    close: async () => {
      await Promise.all([primary.stop(), standby.stop(), replication.close()]);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function prepare(dir: string): Promise<void> {
  fs.mkdirSync(dir, { mode: 0o755 });
  const server = await start(dir, {});
  await createDatabase(server.url, NAME);
  await migrate(server.urlFor(NAME));
  await server.stop();
}

function start(dir: string, settings: Record<string, string>): Promise<EmbeddedServer> {
  const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;
  return startEmbedded({ dir, port: null, ephemeral: true, settings, user, from });
}

function writeSignal(data: string): void {
  const file = path.join(data, 'standby.signal');
  fs.writeFileSync(file, '');
  const { uid, gid } = fs.statSync(path.join(data, 'PG_VERSION'));
  fs.chownSync(file, uid, gid);
}

const untilStreaming = ({ url }: EmbeddedServer) =>
  eventually(
    async () => {
      const { rowCount } = await queryAt(url, `select from pg_stat_replication where state = 'streaming'`);
      if (rowCount === 0) throw new Error('no standby streams yet');
    },
    { timeoutMs: 30_000, everyMs: 100 },
  );
