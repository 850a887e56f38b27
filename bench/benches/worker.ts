// worker: PullWorker and its peers drain a full queue with ten concurrent empty handlers, fetching 1 and 100 tasks per
// call. Times run from the start, including connecting, until all tasks are settled.

import { type Bench, compare, metricsOf } from '../bench.ts';
import { withoutPgmq } from '../contenders/pgmq.ts';
import { drainCell } from '../drain-cell.ts';
import { runRounds } from '../rounds.ts';
import { bossWorker, graphileWorker, oursWorker, pgmqWorker, type WorkerDrain } from '../worker-drains.ts';

const SIZES = [1, 100];

export const worker: Bench = async (setting) => {
  const peers: WorkerDrain[] = [oursWorker, graphileWorker, bossWorker, ...(pgmqWorker ? [pgmqWorker] : [])];
  const cells = await runRounds(
    setting,
    SIZES.flatMap((size) =>
      peers.map((peer) => {
        const drain = peer(size);
        const tasks = (size === 1 ? 10_000 : 200_000) * (setting.short ? 0.2 : 1);
        return drainCell(setting, `${drain.name} ${size}`, drain, { tasks });
      }),
    ),
  );
  const versus = (peer: string, size: number) => compare(cells, 'rate', `ours ${size}`, `${peer} ${size}`);
  const metrics = metricsOf(
    Object.fromEntries(
      SIZES.flatMap((size) =>
        ['graphile', 'pgboss', 'pgmq'].map((peer) => [`worker_${size}_vs_${peer}`, versus(peer, size)]),
      ),
    ),
  );
  return { cells, metrics, notes: withoutPgmq };
};
