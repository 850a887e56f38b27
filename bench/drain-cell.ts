// A cell that drains a full queue, from the start, including connecting, until all tasks are settled.

import type { Cell, Setting } from './bench.ts';
import type { Drain } from './drains.ts';
import { checkpoint, Meter } from './meter.ts';
import { Handled, untilSettled } from './settling.ts';

/**
 * The filled tables are vacuumed and analysed, as autovacuum would do within a minute; otherwise each contender's plans
 * would depend on whether autovacuum has already run.
 *
 * @param tasks the total number of tasks; `each` is the number per queue
 */
export function drainCell(
  { databases, server }: Setting,
  label: string,
  drain: Drain,
  { tasks, each = tasks }: { tasks: number; each?: number },
): Cell {
  const fill = async ({ url, connect }: { url: string; connect(): Promise<{ query(text: string): unknown }> }) => {
    await drain.fill(url, each);
    await (await connect()).query('vacuum analyze');
  };
  const run = () =>
    databases.use(
      drain,
      async ({ url, connect }) => {
        const observer = await connect();
        await checkpoint(server);
        const before = process.cpuUsage();
        const meter = await Meter.start(server);
        const handled = new Handled(tasks);
        const stop = await drain.start(url, handled);
        await untilSettled(handled, observer, drain.unsettled);
        const sample = await meter.stop(tasks);
        const { user, system } = process.cpuUsage(before);
        await stop();
        return { ...sample, 'own CPU µs/task': (user + system) / tasks };
      },
      { name: `filled ${each}`, fill },
    );
  return { label, run };
}
