// lease: leases batches of 100 and finishes them; 4 clients drain a filled queue.

import { type Bench, type Cell, compare, metricsOf, type Setting } from '../bench.ts';
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

export const lease: Bench = async (setting) => {
  const tasks = setting.short ? 25_000 : 300_000;
  const cells = await runRounds(setting, [
    drainCell(setting, tasks, 'ours lease', ours),
    drainCell(setting, tasks, 'ours claim', oursPush),
    drainCell(setting, tasks, 'raw', raw),
    ...(pgmq ? [drainCell(setting, tasks, 'pgmq', pgmq)] : []),
  ]);
  const metrics = metricsOf({
    lease_ack_cpu_vs_pgmq: compare(cells, 'cpu', 'ours lease', 'pgmq'),
    lease_ack_rate_vs_pgmq: compare(cells, 'rate', 'ours lease', 'pgmq'),
    lease_ack_cpu_vs_raw: compare(cells, 'cpu', 'ours lease', 'raw'),
    lease_ack_rate_vs_raw: compare(cells, 'rate', 'ours lease', 'raw'),
    wal_bytes_lease_ack: { ours: cells['ours lease']?.wal ?? Number.NaN },
    claim_complete_cpu_vs_pgmq: compare(cells, 'cpu', 'ours claim', 'pgmq'),
    claim_complete_rate_vs_pgmq: compare(cells, 'rate', 'ours claim', 'pgmq'),
    claim_complete_cpu_vs_raw: compare(cells, 'cpu', 'ours claim', 'raw'),
    wal_bytes_claim_complete: { ours: cells['ours claim']?.wal ?? Number.NaN },
  });
  return { cells, metrics, notes: withoutPgmq };
};

/**
 * The checkpoint comes before the tasks are added: a queue that keeps up takes tasks younger than the last checkpoint,
 * whose pages are already in the WAL.
 */
function drainCell({ server, databases }: Setting, tasks: number, label: string, contender: SqlContender): Cell {
  const run = () =>
    databases.use(contender, async (database) => {
      await checkpoint(server);
      const filling = await openLoops(database, CLIENTS, contender.addBatch);
      await filling.run({ tasks: tasks + WARM_TASKS });
      const leave = await contender.attend?.(database.url);
      const taking = await openClients(database, CLIENTS);
      await taking.run(contender.take, { tasks: WARM_TASKS });
      const meter = await Meter.start(server);
      const sample = await meter.stop(await taking.run(contender.take, {}));
      await leave?.();
      return sample;
    });
  return { label, run };
}
