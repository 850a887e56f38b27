// api: creates tasks through Cloud Tasks, over REST and gRPC, beside `queue.add`, with the CPU of the server's process
// and of PostgreSQL; the memory of the server; and the time of a page of a list.

import { oursForApi } from '../api/contender.ts';
import { listCell } from '../api/lists.ts';
import type { Way } from '../api/load.ts';
import { type Bench, type Cell, compare, metricsOf, type Sample, type Setting } from '../bench.ts';
import { Child } from '../child.ts';
import { checkpoint, Meter, processCpuSeconds } from '../meter.ts';
import { runRounds } from '../rounds.ts';

const SERVER = new URL('../api/server.ts', import.meta.url).pathname;
const LOAD = new URL('../api/load.ts', import.meta.url).pathname;
const IN_ALL = 'in all, µs/task';

export const api: Bench = async (setting) => {
  const ways: Way[] = ['queue.add', 'REST', 'gRPC', 'client REST', 'client gRPC'];
  const [few, many] = [1_000, setting.short ? 100_000 : 1_000_000];
  const created = await runRounds(
    setting,
    ways.map((way) => createCell(setting, way)),
  );
  const remembered = await runRounds({ ...setting, rounds: 1 }, [
    memoryCell(setting, 'REST'),
    memoryCell(setting, 'gRPC'),
  ]);
  const lists = await runRounds(
    { ...setting, rounds: Math.min(setting.rounds, 2) },
    [few, many].map((tasks) => listCell(setting, tasks)),
  );
  const [listFew, listMany] = Object.values(lists) as [Sample, Sample];
  const page = (sample: Sample) => sample['ms a page'] as number;
  const cells = { ...created, ...remembered, ...lists };
  const metrics = metricsOf({
    api_rest_cpu_vs_add: compare(cells, IN_ALL, 'REST', 'queue.add'),
    api_grpc_cpu_vs_add: compare(cells, IN_ALL, 'gRPC', 'queue.add'),
    api_rest_heap_growth_mb: { ours: remembered['memory REST']?.['MB grown'] as number },
    api_grpc_heap_growth_mb: { ours: remembered['memory gRPC']?.['MB grown'] as number },
    api_list_page_ms: { ours: page(listMany), few: page(listFew), ratio: page(listMany) / page(listFew) },
  });
  return { cells, metrics };
};

/** Creates tasks. `queue.add` has no server: its own process counts. */
function createCell({ server, databases, short }: Setting, way: Way): Cell {
  const [warm, tasks] = short ? [3_000, 3_000] : [10_000, 20_000];
  const run = () =>
    databases.use(oursForApi, async ({ url }) => {
      const api = way === 'queue.add' ? undefined : await Child.start(SERVER, [url]);
      const load = await Child.start(LOAD, [way, api ? String(api.ready) : url]);
      await load.ask(warm); // connects, plans, compiles
      await checkpoint(server);
      const counted = api ?? load;
      const [before, loadBefore] = [processCpuSeconds(counted.pid), processCpuSeconds(load.pid)];
      const meter = await Meter.start(server);
      await load.ask(tasks);
      const sample = await meter.stop(tasks);
      const perTask = (cpu: number) => (cpu / tasks) * 1e6;
      const own = perTask(processCpuSeconds(counted.pid) - before);
      const caller = api ? perTask(processCpuSeconds(load.pid) - loadBefore) : Number.NaN;
      await load.stop();
      await api?.stop();
      const inAll = own + (sample.cpu as number);
      return { ...sample, 'own CPU µs/task': own, [IN_ALL]: inAll, 'caller CPU µs/task': caller };
    });
  return { label: way, run };
}

/** Creates tasks, and compares what the server's heap keeps after warming up and after all. */
function memoryCell({ databases, short }: Setting, way: Way): Cell {
  const [warm, tasks] = short ? [3_000, 10_000] : [10_000, 100_000];
  const run = () =>
    databases.use(oursForApi, async ({ url }) => {
      const api = await Child.start(SERVER, [url]);
      const load = await Child.start(LOAD, [way, String(api.ready)]);
      const create = async (count: number) => {
        await load.ask(count);
        return ((await api.ask('memory')) as number) / 2 ** 20;
      };
      const before = await create(warm);
      const after = await create(tasks);
      await load.stop();
      await api.stop();
      return { 'MB of heap': after, 'MB grown': after - before };
    });
  return { label: `memory ${way}`, run };
}
