// enqueue: adds in batches of 100, one by one, and one by one through Node; 8 clients.

import { TaskQueues } from '../../src/index.ts';
import { type Bench, type Cell, compare, metricsOf, type Setting } from '../bench.ts';
import { graphile, graphileUtils } from '../contenders/graphile.ts';
import { addJsonTo, addSingly, ours, oursPush } from '../contenders/ours.ts';
import { BOSS_QUEUE, pgboss, startBoss } from '../contenders/pgboss.ts';
import { pgmq, withoutPgmq } from '../contenders/pgmq.ts';
import { raw } from '../contenders/raw.ts';
import type { Contender } from '../databases.ts';
import { checkpoint, Meter } from '../meter.ts';
import { nodeLoops } from '../node-loop.ts';
import { JSON_PAYLOAD, PAYLOAD } from '../payload.ts';
import { runRounds } from '../rounds.ts';
import { type LoopBody, openLoops } from '../server-loop.ts';

const CLIENTS = 8;
const WARM_TURNS = 20;

export const enqueue: Bench = async (setting) => {
  const seconds = setting.short ? 1.2 : 8;
  const cells = await runRounds(setting, [
    ...[oursPush, raw, ...(pgmq ? [pgmq] : [])].flatMap((contender) => [
      serverCell(setting, seconds, contender, 'batch', contender.addBatch),
      serverCell(setting, seconds, contender, 'single', contender.addOne),
    ]),
    serverCell(setting, seconds, oursPush, 'batch, JSON', addJsonTo('push')),
    serverCell(setting, seconds, ours, 'single, wake => false', addSingly(1, false)),
    nodeCell(setting, seconds, ours, addThroughOurs),
    nodeCell(setting, seconds, graphile, addThroughGraphile),
    nodeCell(setting, seconds, pgboss, addThroughBoss),
  ]);
  const metrics = metricsOf({
    enqueue_batch_vs_raw: compare(cells, 'rate', 'ours batch', 'raw batch'),
    enqueue_batch_vs_pgmq: compare(cells, 'rate', 'ours batch', 'pgmq batch'),
    enqueue_single_vs_raw: compare(cells, 'rate', 'ours single', 'raw single'),
    enqueue_single_vs_pgmq: compare(cells, 'rate', 'ours single', 'pgmq single'),
    enqueue_single_cpu_vs_pgmq: compare(cells, 'cpu', 'ours single', 'pgmq single'),
    enqueue_batch_cpu_vs_raw: compare(cells, 'cpu', 'ours batch', 'raw batch'),
    enqueue_json_batch_vs_pgmq: compare(cells, 'rate', 'ours batch, JSON', 'pgmq batch'),
    enqueue_single_no_wake_vs_raw: compare(cells, 'rate', 'ours single, wake => false', 'raw single'),
    enqueue_single_vs_graphile: compare(cells, 'rate', 'ours through Node', 'graphile through Node'),
    enqueue_single_vs_pgboss: compare(cells, 'rate', 'ours through Node', 'pgboss through Node'),
    wal_bytes_enqueue: { ours: cells['ours batch']?.wal ?? Number.NaN },
    wal_bytes_enqueue_single: { ours: cells['ours single']?.wal ?? Number.NaN },
  });
  return { cells, metrics, notes: withoutPgmq };
};

function serverCell(
  { server, databases }: Setting,
  seconds: number,
  contender: Contender,
  what: string,
  body: LoopBody,
): Cell {
  const run = () =>
    databases.use(contender, async (database) => {
      const loops = await openLoops(database, CLIENTS, body, WARM_TURNS);
      await checkpoint(server);
      const meter = await Meter.start(server);
      return meter.stop(await loops.run({ seconds }));
    });
  return { label: `${contender.name} ${what}`, run };
}

type OpenAdder = (url: string) => Promise<{ add(): Promise<unknown>; close(): Promise<unknown> }>;

function nodeCell({ server, databases }: Setting, seconds: number, contender: Contender, open: OpenAdder): Cell {
  const run = () =>
    databases.use(contender, async ({ url }) => {
      const { add, close } = await open(url);
      const addOne = () => add().then(() => 1);
      await nodeLoops(CLIENTS, 0.3, addOne); // connects, plans, compiles
      await checkpoint(server);
      const meter = await Meter.start(server);
      const sample = await meter.stop(await nodeLoops(CLIENTS, seconds, addOne));
      await close();
      return sample;
    });
  return { label: `${contender.name} through Node`, run };
}

const addThroughOurs: OpenAdder = async (url) => {
  const queues = new TaskQueues({ database: url }); // as the peers: a pool of its own, which prepares its statements
  const queue = queues.queue('push');
  return { add: () => queue.add({ payload: PAYLOAD }), close: () => queues.close() };
};

const addThroughGraphile: OpenAdder = async (url) => {
  const utils = await graphileUtils(url, CLIENTS);
  return { add: () => utils.addJob('bench', JSON_PAYLOAD), close: async () => utils.release() };
};

const addThroughBoss: OpenAdder = async (url) => {
  const boss = await startBoss(url, CLIENTS);
  return { add: () => boss.send(BOSS_QUEUE, JSON_PAYLOAD), close: () => boss.stop({ graceful: false }) };
};
