// A cell of a table: a full queue is worked off. From the start, connecting included, until all is settled.

import type { Cell, Setting } from './bench.ts';
import type { Drain } from './drains.ts';
import { checkpoint, Meter } from './meter.ts';
import { Handled, untilSettled } from './settling.ts';

/**
 * What was filled is vacuumed and analysed, as autovacuum would have it within a minute: else each contender's plans hang on whether it came by meanwhile.
 *
 * @param tasks in all; `each` of them is what the drain fills a queue with
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
      { name: `filled ${each}`, fill },
    );
  return { label, run };
}
