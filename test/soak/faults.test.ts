// Three servers and two workers under faults: killed, stopped, cut off, sessions terminated, PostgreSQL crashed. No
// acknowledged task is lost, none runs uncommitted or early, no superseded attempt settles anything, and queues have
// leaders. One minute runs with the suite; `npm run test:soak:faults` takes ten.

import fs from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Enqueuer } from './enqueuer.ts';
import { FAULTS, soak } from './faults.ts';
import { LeaderWatch } from './leader-watch.ts';
import { type Entry, Ledger } from './ledger.ts';
import { makeWorld, NARROW, type World } from './world.ts';

const LONG = process.env.SOAK === 'faults';
const SOAK_MS = LONG ? 600_000 : 30_000;
const PAUSE_MS = LONG ? 3_000 : 2_500;
/** How long it takes until leases of killed servers expire and their slots are free. */
const DRAIN_MS = 150_000;
const MOST_SECONDS_WITHOUT_LEADER = 12;

/** Reads the database's records into the ledger. */
async function readBack({ pool }: World, ledger: Ledger): Promise<void> {
  const handled = await pool.query('select name, at from handled');
  for (const { name, at } of handled.rows) ledger.finished.push({ key: name, at: at.getTime() });
  const deletions = await pool.query('select coalesce(url, name) as key, attempts from deletions');
  ledger.deletions.push(...deletions.rows);
}

async function stored({ pool }: World): Promise<Set<string>> {
  const { rows } = await pool.query('select coalesce(url, name) as key from taskqueue.tasks');
  return new Set(rows.map(({ key }) => key));
}

/** Describes the remaining tasks of each queue, and what delays the first. */
async function rest({ pool }: World): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select t.queue, t.state, count(*)::integer as tasks, min(t.eta) as eta,
            (select array_agg(e.reason || ': ' || e.detail) from taskqueue.explain_task(t.queue, min(t.name)) as e) as why
     from taskqueue.tasks as t group by t.queue, t.state`,
  );
  return rows;
}

const NOTHING = { lost: [], ghosts: [], early: [], superseded: [], twice: [] };

test('faults at random lose no task, and let none run twice, early or uncommitted', {
  timeout: SOAK_MS + DRAIN_MS + 240_000,
}, async () => {
  const ledger = new Ledger();
  const dir = fs.mkdtempSync('/tmp/ptq-soak-');
  fs.chmodSync(dir, 0o755);
  const world = await makeWorld(dir, ledger);
  try {
    const watch = new LeaderWatch(world, ['broad', 'narrow', 'patient']);
    const enqueuers = [1, 2, 3].map((n) => new Enqueuer(world.server.url, `enqueuer-${n}`, ledger));
    const watching = watch.run();
    const adding = enqueuers.map((enqueuer) => enqueuer.run(60));
    const counts = await soak(world, SOAK_MS, PAUSE_MS);
    for (const enqueuer of enqueuers) enqueuer.end();
    await Promise.all(adding);
    await eventually(async () => expect(await rest(world)).toEqual([]), { timeoutMs: DRAIN_MS, everyMs: 1_000 });
    watch.end();
    await watching;
    await readBack(world, ledger);
    const added = [...ledger.entries.values()].filter((entry) => entry.added === 'yes').length;
    console.log(
      `${added} acknowledged tasks, ${JSON.stringify(counts)}; longest without a leader: ${watch.longest.toFixed(1)} s, ${watch.longestDetails}; most of the narrow queue at once: ${world.target.most()}`,
    );
    expect(Object.keys(counts).sort()).toEqual(Object.keys(FAULTS).sort());
    expect(added).toBeGreaterThan(LONG ? 20_000 : 500);
    expect(ledger.check(await stored(world))).toEqual(NOTHING);
    expect((await world.pool.query('select * from taskqueue.verify()')).rows).toEqual([]);
    expect((await world.pool.query('select * from taskqueue.dead_tasks')).rows).toEqual([]);
    expect(world.target.most()).toBeLessThanOrEqual(NARROW);
    expect(watch.longest).toBeLessThanOrEqual(MOST_SECONDS_WITHOUT_LEADER);
    await controlsFail(world, ledger);
  } finally {
    await world.end();
  }
});

/** The checker finds each fault if it is injected. */
async function controlsFail(world: World, ledger: Ledger): Promise<void> {
  const { pool } = world;
  const entry = (eta: number): Entry => ({ kind: 'push', added: 'yes', eta });
  await pool.query(`select taskqueue.pause_queue('broad')`);
  await pool.query(`select taskqueue.add('broad', url => '/kept'), taskqueue.add('broad', url => '/lost')`);
  await pool.query(`delete from taskqueue._tasks where url = '/lost'`);
  for (const key of ['/kept', '/lost', '/early', '/superseded'])
    ledger.entries.set(key, entry(key === '/early' ? Date.now() + 60_000 : 0));
  const attempt = (key: string) => ledger.attempts.push({ key, retryCount: 0, at: Date.now(), status: 200 });
  for (const key of ['/ghost', '/early', '/superseded']) attempt(key);
  ledger.deletions.push({ key: '/superseded', attempts: 2 });
  ledger.entries.set('pulled', { kind: 'pull', added: 'yes', eta: 0 });
  for (let n = 0; n < 2; n++) ledger.finished.push({ key: 'pulled', at: Date.now() });
  expect(ledger.check(await stored(world))).toEqual({
    lost: ['/lost'],
    ghosts: ['/ghost'],
    early: ['/early'],
    superseded: ['/superseded'],
    twice: ['pulled'],
  });
}
