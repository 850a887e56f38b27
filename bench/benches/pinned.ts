// pinned: a closed loop of adding, taking and finishing batches through Node, while a session holds a snapshot, so that
// deleted rows cannot be vacuumed. 4 clients; two million tasks for pgtaskqueue, a fixed time for the peers.
// pgtaskqueue is also measured with workers that release a tenth of their leases and lose another tenth.

import type pg from 'pg';
import type { Bench, Cell, Metric, Report, Setting } from '../bench.ts';
import { compare, metricsOf } from '../bench.ts';
import { openClients } from '../client-loop.ts';
import { ours, oursLossy } from '../contenders/ours.ts';
import { BOSS_QUEUE, pgboss, startBoss } from '../contenders/pgboss.ts';
import { pgmq, withoutPgmq } from '../contenders/pgmq.ts';
import type { SqlContender } from '../contenders/sql-contender.ts';
import type { FreshDatabase } from '../databases.ts';
import { checkpoint } from '../meter.ts';
import { nodeLoops } from '../node-loop.ts';
import { BATCH, batchOf, JSON_PAYLOAD } from '../payload.ts';
import { runRounds } from '../rounds.ts';
import { shapeOf, Timeline } from '../timeline.ts';

const CLIENTS = 4;
const HEADLINE_TASKS = 2_000_000;

/** A closed loop: runs until the end, and reports after each batch how many tasks it has finished. */
type ClosedLoop = (database: FreshDatabase, seconds: number, finished: (tasks: number) => boolean) => Promise<void>;

export const pinned: Bench = async (setting) => {
  const { short } = setting;
  const limit = short ? { seconds: 42 } : { seconds: 900, tasks: HEADLINE_TASKS };
  const peers = { seconds: short ? 42 : 90 };
  const cells = await runRounds(setting, [
    pinnedCell(setting, 'ours', ours, sqlLoop(ours), limit),
    pinnedCell(setting, 'ours, 20 % come back', oursLossy, sqlLoop(oursLossy), limit),
    ...(pgmq ? [pinnedCell(setting, 'pgmq', pgmq, sqlLoop(pgmq), peers)] : []),
    pinnedCell(setting, 'pgboss', pgboss, bossLoop, peers),
  ]);
  const metrics = metricsOf({
    pinned_rate_last_over_first: overFirst(cells, 'ours', 'rate'),
    pinned_cpu_last_over_first: overFirst(cells, 'ours', 'cpu'),
    pinned_lossy_rate_last_over_first: overFirst(cells, 'ours, 20 % come back', 'rate'),
    pinned_lossy_cpu_last_over_first: overFirst(cells, 'ours, 20 % come back', 'cpu'),
    pinned_rate_vs_pgmq: compare(cells, 'rate from 30 s', 'ours', 'pgmq'),
    pinned_rate_vs_pgboss: compare(cells, 'rate from 30 s', 'ours', 'pgboss'),
    pinned_megabytes: { ours: cells.ours?.megabytes ?? Number.NaN },
    pinned_disk_bytes_vs_pgmq: compare(cells, 'bytes a task', 'ours', 'pgmq'),
    pinned_disk_bytes_vs_pgboss: compare(cells, 'bytes a task', 'ours', 'pgboss'),
  });
  return { cells, metrics, notes: withoutPgmq };
};

function pinnedCell(
  { server, databases, progress }: Setting,
  label: string,
  contender: SqlContender | typeof pgboss,
  loop: ClosedLoop,
  { seconds, tasks = Number.POSITIVE_INFINITY }: { seconds: number; tasks?: number },
): Cell {
  const run = () =>
    databases.use(contender, async (database) => {
      await checkpoint(server);
      const holder = await database.connect();
      await holder.query('begin isolation level repeatable read');
      await holder.query('select count(*) from pg_class'); // takes the snapshot
      const before = await megabytes(holder);
      const timeline = new Timeline(server, (line) => progress.say(`${label}: ${line}`));
      const leave = 'attend' in contender ? await contender.attend?.(database.url) : undefined;
      await loop(database, seconds, (done) => timeline.add(done) < tasks);
      const shape = shapeOf(timeline.stop());
      await leave?.();
      const grown = (await megabytes(holder)) - before;
      return { ...shape, megabytes: grown, 'bytes a task': (grown / (shape.tasks as number)) * 1e6 };
    });
  return { label, run };
}

const sqlLoop =
  (contender: SqlContender): ClosedLoop =>
  async (database, seconds, finished) => {
    const clients = await openClients(database, CLIENTS);
    const turn: Parameters<typeof clients.run>[0] = async (client) => {
      await contender.send(client);
      const taken = await contender.take(client);
      return finished(taken) ? BATCH : 0;
    };
    await clients.run(turn, { seconds });
  };

const bossLoop: ClosedLoop = async ({ url }, seconds, finished) => {
  const boss = await startBoss(url, CLIENTS);
  const jobs = batchOf({ data: JSON_PAYLOAD });
  await nodeLoops(CLIENTS, seconds, async () => {
    await boss.insert(BOSS_QUEUE, jobs);
    const taken = await boss.fetch(BOSS_QUEUE, { batchSize: BATCH });
    const ids = taken.map(({ id }) => id);
    if (ids.length > 0) await boss.deleteJob(BOSS_QUEUE, ids);
    return finished(taken.length) ? BATCH : 0;
  });
  await boss.stop({ graceful: false });
};

/** Returns the size of the holder's database; sizes are read from the disk, not from the snapshot. */
async function megabytes(holder: pg.Client): Promise<number> {
  const { rows } = await holder.query('select pg_database_size(current_database())::float8 / 1e6 as megabytes');
  return rows[0].megabytes;
}

function overFirst(cells: Report['cells'], label: string, value: string): Metric | undefined {
  const first = cells[label]?.[`${value}, first fifth`];
  const last = cells[label]?.[`${value}, last fifth`];
  return first === undefined || last === undefined ? undefined : { ours: last, first, ratio: last / first };
}
