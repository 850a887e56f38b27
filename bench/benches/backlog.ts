// backlog: takes and finishes batches from the front of a queue with millions of tasks; 4 clients, for some seconds.

import { type Bench, type Cell, compare, type Metric, type Setting } from '../bench.ts';
import { openClients } from '../client-loop.ts';
import { ours, oursPush } from '../contenders/ours.ts';
import { pgmq, withoutPgmq } from '../contenders/pgmq.ts';
import { raw } from '../contenders/raw.ts';
import type { SqlContender } from '../contenders/sql-contender.ts';
import { checkpoint, Meter } from '../meter.ts';
import { BATCH } from '../payload.ts';
import { runRounds } from '../rounds.ts';
import { openLoops } from '../server-loop.ts';

const CLIENTS = 4;
const WARM_TASKS = 20 * BATCH;

/** Numbers of waiting tasks, by their names in the metrics. */
const SIZES = { '1m': 1_000_000, '5m': 5_000_000 };
const SHORT_SIZES = { '50k': 50_000 };

export const backlog: Bench = async (setting) => {
  const sizes = Object.entries(setting.short ? SHORT_SIZES : SIZES);
  const contenders = [
    ['ours lease', ours] as const,
    ['ours claim', oursPush] as const,
    ['raw', raw] as const,
    ...(pgmq ? [['pgmq', pgmq] as const] : []),
  ];
  const cells = await runRounds(
    setting,
    sizes.flatMap(([size, tasks]) =>
      contenders.map(([label, contender]) => backlogCell(setting, `${label} at ${size}`, contender, size, tasks)),
    ),
  );
  const metrics: Record<string, Metric> = {};
  for (const [size] of sizes) {
    for (const peer of pgmq ? ['pgmq', 'raw'] : ['raw']) {
      for (const [what, label] of [
        ['lease_ack', 'ours lease'],
        ['claim_complete', 'ours claim'],
      ] as const) {
        const metric = compare(cells, 'rate', `${label} at ${size}`, `${peer} at ${size}`);
        if (metric) metrics[`${what}_rate_vs_${peer}_at_${size}`] = metric;
      }
    }
  }
  return { cells, metrics, notes: withoutPgmq };
};

/**
 * The backlog is created once and its files are copied for each round. The tasks taken are older than the checkpoint,
 * as in a queue that has fallen behind, so the WAL has a full image of each page.
 */
function backlogCell(
  { server, databases, short, progress }: Setting,
  label: string,
  contender: SqlContender,
  size: string,
  tasks: number,
): Cell {
  const fill = {
    name: `${label} ${size}`,
    fill: async (database: Parameters<typeof openLoops>[0]) => {
      progress.say(`filling ${label}`);
      const loops = await openLoops(database, CLIENTS, contender.addBatch);
      await loops.run({ tasks, seconds: 3600 });
      const client = await database.connect();
      await client.query('vacuum analyze');
    },
  };
  const run = () =>
    databases.use(
      contender,
      async (database) => {
        const leave = await contender.attend?.(database.url);
        const taking = await openClients(database, CLIENTS);
        await checkpoint(server);
        await taking.run(contender.take, { tasks: WARM_TASKS });
        const meter = await Meter.start(server);
        const sample = await meter.stop(await taking.run(contender.take, { seconds: short ? 1.5 : 10 }));
        await leave?.();
        return sample;
      },
      fill,
    );
  return { label, run };
}
