// An earlier program works on a database while this one migrates it: nothing is lost, and nothing that it relies on has changed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { checkSchema, migrate } from '../../src/schema/migrate/migrate.ts';
import { readMigrations } from '../../src/schema/migrate/migration-files.ts';
import { printed } from '../cli/command.ts';
import { bareDatabase, queryAt } from '../support/bare-database.ts';
import { unpackBaseline } from '../support/baseline.ts';
import { everythingChanged } from '../support/releases.ts';
import { broken, readSurface } from '../support/schema-surface.ts';

const baseline = unpackBaseline();

/** A database that the baseline has migrated. */
async function setup() {
  const database = await bareDatabase();
  const migrated = baseline.start(['migrate'], { DATABASE_URL: database.url });
  const [code] = await once(migrated, 'exit');
  expect(code).toBe(0);
  return database;
}

test('SQL that differs from the baseline’s has a higher version', async () => {
  const [now, then] = await Promise.all([readMigrations(), readMigrations(baseline.migrations)]);
  const text = ({ files, roles, owner }: typeof now) => JSON.stringify([files, roles, owner]);
  if (text(now) === text(then)) expect(now.required.version).toBe(then.required.version);
  else expect(now.required.version).toBeGreaterThan(then.required.version);
});

test('all that the baseline calls and shows keeps its name and grows at the end only', async () => {
  const { url } = await setup();
  const older = await readSurface(url);
  await migrate(url);
  expect(older.size).toBeGreaterThan(100);
  expect(broken(older, await readSurface(url))).toEqual([]);
});

test.each([
  ['arguments of f', ['a text'], ['b text', 'a text']],
  ['results of f', ['a text', 'b text'], ['a text']],
  ['columns of v', ['a text'], ['a integer']],
])('the comparison can fail: %s', (subject, older, newer) => {
  expect(broken(new Map([[subject, older]]), new Map([[subject, newer]]))).toHaveLength(1);
  expect(broken(new Map([[subject, older]]), new Map([[subject, [...older, 'z text']]]))).toEqual([]);
});

const USERS_OWN = `
  create view public.mine as select name, state, tasks from taskqueue.queues;
  do $$ begin create role grafana login; exception when duplicate_object or unique_violation then null; end $$;
  grant usage on schema taskqueue to grafana;
  grant select on taskqueue.queues, public.mine to grafana;`;

const GRANTED = `select has_table_privilege('grafana', 'taskqueue.queues', 'select') as ours, has_table_privilege('grafana', 'public.mine', 'select') as own`;

test.each([
  ['this release', undefined],
  ['a release in which every file differs and tables change', everythingChanged],
])('the baseline under load lives through the migration to %s', async (_, make) => {
  const { url, query } = await setup();
  await query(
    `select taskqueue.create_queue('pull', mode => 'pull'), taskqueue.update_queue('default', rate => '500/s', bucket_size => 100)`,
  );
  await query(USERS_OWN);
  const target = await startTarget();
  await query(`select taskqueue.set_target('default', '${target.url}')`);
  const server = await startServer(url);
  const load = await startLoad(url);
  const ready = poll(`${server.url}/readyz`);

  await sleep(1_000);
  const directory = make?.();
  await migrate(url, directory === undefined ? {} : { directory });
  await sleep(1_000);

  const { pushed, pulled, done } = await load.stop();
  expect(pushed.length).toBeGreaterThan(50);
  await expect.poll(() => target.seen.size).toBe(pushed.length);
  expect([...target.seen.values()].filter((times) => times !== 1)).toEqual([]);
  expect(done.toSorted()).toEqual(pulled.toSorted());
  expect(new Set(await ready.stop())).toEqual(new Set([200]));
  expect(await checkSchema(url, directory)).toMatchObject({ ok: true, problems: [] });
  expect((await query(GRANTED)).rows).toEqual([{ ours: true, own: true }]);
  expect((await queryAt(url, 'select name from public.mine order by name')).rows).toHaveLength(2);
});

/** A target that counts how often each path was asked for. */
async function startTarget() {
  const seen = new Map<string, number>();
  const server = http.createServer((request, response) => {
    const path = request.url ?? '';
    seen.set(path, (seen.get(path) ?? 0) + 1);
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function startServer(url: string) {
  const child = baseline.start(['serve', '--port', '0'], { DATABASE_URL: url });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const said = await printed(child, /at (http\S+) /);
  return { url: /at (http\S+) /.exec(said)?.[1] as string };
}

interface Report {
  pushed: string[];
  pulled: string[];
  done: string[];
}

async function startLoad(url: string) {
  const program = path.resolve(import.meta.dirname, 'load.mjs');
  const child = spawn(process.execPath, [program, baseline.library, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const report = printed(child, /\{.*\}\n/);
  await printed(child, /working/);
  return {
    stop: async (): Promise<Report> => {
      child.stdin.end();
      return JSON.parse((await report).replace('working\n', ''));
    },
  };
}

function poll(url: string) {
  let over = false;
  const run = async () => {
    const statuses: number[] = [];
    while (!over) {
      statuses.push((await fetch(url)).status);
      await sleep(50);
    }
    return statuses;
  };
  const running = run();
  return {
    stop: () => {
      over = true;
      return running;
    },
  };
}
