// A database, a dump of it restored in another cluster, and a copy of its files: three cells of one server, whose new
// tasks have names of their own.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { createServer } from '../../src/server/server.ts';
import { queryAt } from '../support/bare-database.ts';
import { dumpInto } from '../support/copies.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Cluster } from './cluster.ts';

const TASKS = 20;

/** A stopped cluster's files, which another one starts with. */
async function copyOf(original: Cluster, from: string): Promise<Cluster> {
  const to = path.join(temporaryFolder(), 'copy');
  await original.stop();
  execFileSync('cp', ['-a', from, to]);
  for (const state of fs.globSync('pg*.json', { cwd: to })) fs.rmSync(path.join(to, state));
  await original.startAgain();
  return Cluster.start(to, { isNew: false });
}

const addTasks = async (url: string) => {
  const { rows } = await queryAt(
    url,
    `select (taskqueue.add_tasks('default', (select jsonb_agg('{"url": "/new"}'::jsonb) from generate_series(1, ${TASKS})),
       transactional => false)).name`,
  );
  return rows.map(({ name }) => name as string);
};

test('names and webhook ids of copies differ, and one server serves them, also one that comes later', async () => {
  const folder = temporaryFolder();
  const original = await Cluster.start(folder);
  const restored = await Cluster.start(temporaryFolder());
  onTestFinished(() => Promise.all([original.stop(), restored.stop()]).then(() => {}));
  await queryAt(original.url, `select taskqueue.add(url => '/old', countdown => 3600)`);
  await createDatabase(restored.url, 'dump');
  const dump = restored.url.replace(/\/app$/, '/dump');
  await dumpInto(original.url, dump, async () => {});
  await migrate(dump);
  const copied = await copyOf(original, folder);
  onTestFinished(() => copied.stop());
  await migrate(copied.url, { newIdentity: true });

  const cells = { original: original.url, dump, copied: copied.url };
  const names = new Map<string, string[]>();
  for (const [cell, url] of Object.entries(cells)) names.set(cell, await addTasks(url));
  const all = [...names.values()].flat();
  expect(new Set(all).size).toBe(3 * TASKS);

  await copied.stop();
  const ran = new Map<string, string>();
  const server = createServer({
    cells: Object.fromEntries(Object.entries(cells).map(([cell, database]) => [cell, { database }])),
    port: 0,
    logger: silentLogger,
    targets: {
      default: (request: Request) => {
        ran.set(request.headers.get('x-appengine-taskname') ?? '', request.headers.get('webhook-id') ?? '');
        return new Response();
      },
    },
  });
  onTestFinished(() => server.stop());
  await server.start();
  const sorted = (lists: string[][]) => lists.flat().sort();
  const [first, second, third] = [...names.values()] as [string[], string[], string[]];
  await eventually(() => expect([...ran.keys()].sort()).toEqual(sorted([first, second])));
  await copied.startAgain();
  await eventually(() => expect([...ran.keys()].sort()).toEqual(sorted([first, second, third])));
  expect(new Set(ran.values()).size).toBe(3 * TASKS);
});
