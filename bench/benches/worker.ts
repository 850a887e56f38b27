// worker: a full queue is worked off by PullWorker and its peers, ten handlers at once that do nothing, with 1 and with 100 tasks fetched by one call.
// Times are from the start, connecting included, until all is settled.

import { type Bench, type Cell, compare, metricsOf, type Setting } from '../bench.ts';
import { withoutPgmq } from '../contenders/pgmq.ts';
import type { Drain } from '../drains.ts';
import { checkpoint, Meter } from '../meter.ts';
import { runRounds } from '../rounds.ts';
import { Handled, untilSettled } from '../settling.ts';
import { bossWorker, graphileWorker, oursWorker, pgmqWorker, type WorkerDrain } from '../worker-drains.ts';

const SIZES = [1, 100];

export const worker: Bench = async (setting) => {
  const peers: WorkerDrain[] = [oursWorker, graphileWorker, bossWorker, ...(pgmqWorker ? [pgmqWorker] : [])];
  const cells = await runRounds(
    setting,
    SIZES.flatMap((size) => peers.map((peer) => workerCell(setting, peer(size), size))),
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

function workerCell({ databases, server, short }: Setting, drain: Drain, size: number): Cell {
  const tasks = (size === 1 ? 10_000 : 200_000) * (short ? 0.2 : 1);
  const fill = { name: `filled ${tasks}`, fill: ({ url }: { url: string }) => drain.fill(url, tasks) };
  const run = () =>
    databases.use(
      drain,
      async ({ url, connect }) => {
        const looker = await connect();
        await checkpoint(server);
        const before = process.cpuUsage();
        const meter = await Meter.start(server);
        const handled = new Handled(tasks);
        const stop = await drain.start(url, handled);
        await untilSettled(handled, looker, drain.unsettled);
        const sample = await meter.stop(tasks);
        const { user, system } = process.cpuUsage(before);
        await stop();
        return { ...sample, 'own CPU µs/task': (user + system) / tasks };
      },
      fill,
    );
  return { label: `${drain.name} ${size}`, run };
}
