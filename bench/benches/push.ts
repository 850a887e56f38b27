// push: 64 queues at 500/s. Over HTTP, to a target in a process of its own: the dispatcher beside a plain loop with node:http. And drained
// into handlers of this process that do nothing, beside the peers. Rates are from the first task handled to the last.

import { Dispatcher } from '../../src/server.ts';
import { type Bench, type Cell, compare, metricsOf, type Sample, type Setting } from '../bench.ts';
import { pushByNodeHttp } from '../contenders/node-http.ts';
import { bossDrain, graphileDrain, oursDrain, QUEUES } from '../drains.ts';
import type { FreshDatabase } from '../databases.ts';
import { type HttpTarget, startHttpTarget } from '../http-target.ts';
import { checkpoint, Meter } from '../meter.ts';
import { runRounds } from '../rounds.ts';

const DRAINS = [oursDrain, graphileDrain, bossDrain];

export const push: Bench = async (setting) => {
  const tasksAQueue = setting.short ? 250 : 2000;
  const cells = await runRounds(setting, [
    httpCell(setting, 'ours HTTP', tasksAQueue, pushByDispatcher),
    httpCell(setting, 'node:http', tasksAQueue, ({ url }, target) => pushByNodeHttp(url, target.url, QUEUES)),
    ...DRAINS.map((drain) => drainCell(setting, drain, tasksAQueue)),
  ]);
  const metrics = metricsOf({
    push_per_second: { ours: cells['ours HTTP']?.rate ?? Number.NaN },
    push_vs_node_http: compare(cells, 'rate', 'ours HTTP', 'node:http'),
    drain_vs_graphile: compare(cells, 'rate', 'ours drain', 'graphile drain'),
    drain_vs_pgboss: compare(cells, 'rate', 'ours drain', 'pgboss drain'),
  });
  return { cells, metrics };
};

type Push = (database: FreshDatabase, target: HttpTarget, all: Promise<unknown>) => Promise<void>;

const pushByDispatcher: Push = async ({ url }, target, all) => {
  const dispatcher = new Dispatcher({ database: url, targets: { default: target.url } });
  await dispatcher.start();
  await all;
  await dispatcher.stop();
};

function httpCell(setting: Setting, label: string, tasksAQueue: number, pushAll: Push): Cell {
  const run = () =>
    withFilled(setting, oursDrain, tasksAQueue, async (database, tasks, meter) => {
      const target = await startHttpTarget();
      const all = target.received(tasks);
      const [before] = [process.cpuUsage()];
      await pushAll(database, target, all);
      const own = process.cpuUsage(before);
      const sample = await meter.stop(tasks);
      const seconds = await all;
      target.stop();
      return { ...sample, rate: tasks / seconds, 'own CPU µs/task': (own.user + own.system) / tasks };
    });
  return { label, run };
}

function drainCell(setting: Setting, drain: typeof oursDrain, tasksAQueue: number): Cell {
  const run = () =>
    withFilled(setting, drain, tasksAQueue, async ({ url }, tasks, meter) => {
      const before = process.cpuUsage();
      const times = await handleAll(tasks, (handled) => drain.start(url, handled));
      const own = process.cpuUsage(before);
      const sample = await meter.stop(tasks);
      return { ...sample, rate: tasks / times.seconds, 'own CPU µs/task': (own.user + own.system) / tasks };
    });
  return { label: `${drain.name} drain`, run };
}

/** Starts a drain, waits until all tasks were handled and stops it; the seconds are from the first to the last. */
async function handleAll(
  tasks: number,
  start: (handled: (count: number) => void) => Promise<() => Promise<void>>,
): Promise<{ seconds: number }> {
  let count = 0;
  let first = 0;
  let finish = (_: number) => {};
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const stop = await start((handled) => {
    if (count === 0) first = performance.now();
    count += handled;
    if (count >= tasks) finish(performance.now());
  });
  const last = await finished;
  await stop();
  return { seconds: (last - first) / 1000 };
}

function withFilled(
  { databases, server }: Setting,
  drain: typeof oursDrain,
  tasksAQueue: number,
  work: (database: FreshDatabase, tasks: number, meter: Meter) => Promise<Sample>,
): Promise<Sample> {
  const fill = { name: 'filled', fill: ({ url }: FreshDatabase) => drain.fill(url, tasksAQueue) };
  return databases.use(
    drain,
    async (database) => {
      await checkpoint(server);
      return work(database, QUEUES.length * tasksAQueue, await Meter.start(server));
    },
    fill,
  );
}
