// push: 64 queues at 500/s. Over HTTP to a target in another process, the dispatcher is compared with its own sender
// without a database; with empty handlers in this process, it is compared with the peers. Times run from the start, including
// connecting, until all tasks are settled.

import { type Bench, compare, metricsOf } from '../bench.ts';
import { httpAlone } from '../contenders/http-alone.ts';
import { drainCell } from '../drain-cell.ts';
import { bossDrain, type Drain, graphileDrain, oursDrain, QUEUES, startDispatcher } from '../drains.ts';
import { type HttpTarget, startHttpTarget } from '../http-target.ts';
import { runRounds } from '../rounds.ts';

const SECRET = `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`;

export const push: Bench = async (setting) => {
  const cell = (label: string, each: number, drain: Drain) =>
    drainCell(setting, label, drain, { tasks: QUEUES.length * each, each });
  const sent = setting.short ? 500 : 1000;
  const drained = 500; // as many as the buckets hold, so that no rate limit applies
  const target = await startHttpTarget();
  try {
    const cells = await runRounds(setting, [
      cell('ours HTTP', sent, toTarget(target, startDispatcher)),
      cell(
        'ours HTTP signed',
        sent,
        toTarget(target, (url, to) => startDispatcher(url, to, SECRET)),
      ),
      httpAlone(target, QUEUES.length * sent),
      ...[oursDrain, graphileDrain, bossDrain].map((drain) => cell(`${drain.name} drain`, drained, drain)),
    ]);
    const metrics = metricsOf({
      push_per_second: { ours: cells['ours HTTP']?.rate ?? Number.NaN },
      push_signed_per_second: { ours: cells['ours HTTP signed']?.rate ?? Number.NaN },
      push_vs_http_alone: compare(cells, 'rate', 'ours HTTP', 'http'),
      drain_vs_graphile: compare(cells, 'rate', 'ours drain', 'graphile drain'),
      drain_vs_pgboss: compare(cells, 'rate', 'ours drain', 'pgboss drain'),
    });
    return { cells, metrics };
  } finally {
    target.stop();
  }
};

/** The queues of pgtaskqueue, pushed to a target that counts requests itself. */
function toTarget(target: HttpTarget, start: (url: string, to: string) => Promise<() => Promise<void>>): Drain {
  return {
    ...oursDrain,
    start: async (url, handled) => {
      await target.countTo(handled);
      return start(url, target.url);
    },
  };
}
