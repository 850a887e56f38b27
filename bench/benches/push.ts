// push: 64 queues at 500/s. Over HTTP, to a target in a process of its own: the dispatcher beside a plain loop with node:http. And drained
// into handlers of this process that do nothing, beside the peers. Times are from the start, connecting included, until all is settled.

import { type Bench, type Cell, compare, metricsOf, type Setting } from '../bench.ts';
import { pushByNodeHttp } from '../contenders/node-http.ts';
import { bossDrain, type Drain, graphileDrain, oursDrain, QUEUES, startDispatcher } from '../drains.ts';
import { type HttpTarget, startHttpTarget } from '../http-target.ts';
import { checkpoint, Meter } from '../meter.ts';
import { runRounds } from '../rounds.ts';
import { Handled, untilSettled } from '../settling.ts';

const SECRET = `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`;

export const push: Bench = async (setting) => {
  const tasksAQueue = setting.short ? 500 : 1000;
  const drained = 500; // what the buckets hold: no rate holds them back
  const target = await startHttpTarget();
  try {
    const cells = await runRounds(setting, [
      pushCell(setting, 'ours HTTP', tasksAQueue, toTarget(target, startDispatcher)),
      pushCell(
        setting,
        'ours HTTP signed',
        tasksAQueue,
        toTarget(target, (url, to) => startDispatcher(url, to, SECRET)),
      ),
      pushCell(
        setting,
        'node:http',
        tasksAQueue,
        toTarget(target, (url, to) => pushByNodeHttp(url, to, QUEUES)),
      ),
      ...[oursDrain, graphileDrain, bossDrain].map((drain) => pushCell(setting, `${drain.name} drain`, drained, drain)),
    ]);
    const metrics = metricsOf({
      push_per_second: { ours: cells['ours HTTP']?.rate ?? Number.NaN },
      push_signed_per_second: { ours: cells['ours HTTP signed']?.rate ?? Number.NaN },
      push_vs_node_http: compare(cells, 'rate', 'ours HTTP', 'node:http'),
      drain_vs_graphile: compare(cells, 'rate', 'ours drain', 'graphile drain'),
      drain_vs_pgboss: compare(cells, 'rate', 'ours drain', 'pgboss drain'),
    });
    return { cells, metrics };
  } finally {
    target.stop();
  }
};

/** Our queues, pushed to a target that counts for itself. */
function toTarget(target: HttpTarget, start: (url: string, to: string) => Promise<() => Promise<void>>): Drain {
  return {
    ...oursDrain,
    start: async (url, handled) => {
      await target.countTo(handled);
      return start(url, target.url);
    },
  };
}

function pushCell({ databases, server }: Setting, label: string, tasksAQueue: number, drain: Drain): Cell {
  const fill = { name: `filled ${tasksAQueue}`, fill: ({ url }: { url: string }) => drain.fill(url, tasksAQueue) };
  const tasks = QUEUES.length * tasksAQueue;
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
  return { label, run };
}
