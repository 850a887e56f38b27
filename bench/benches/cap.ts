// cap: the cost of the limit of five tasks per transaction, with one and with five tasks in each, compared with ids
// from a sequence; 8 clients.

import { type Bench, type Cell, compare, metricsOf, type Setting } from '../bench.ts';
import { addSingly, ours } from '../contenders/ours.ts';
import type { Contender } from '../databases.ts';
import { checkpoint, Meter } from '../meter.ts';
import { runRounds } from '../rounds.ts';
import { openLoops } from '../server-loop.ts';

const CLIENTS = 8;
const WARM_TURNS = 20;

/** pgtaskqueue without the limit: ids come from a sequence, a hundred at a time for batches. */
const NO_CAP = `
  set role taskqueue_owner;
  create sequence taskqueue.bench_ids increment by 100;
  grant usage on sequence taskqueue.bench_ids to public;
  create or replace function taskqueue._next_id(transactional boolean, count integer) returns bigint
  language sql volatile as $$ select nextval('taskqueue.bench_ids') $$`;

const without: Contender = { ...ours, name: 'none' };

export const cap: Bench = async (setting) => {
  const seconds = setting.short ? 4 : 10;
  const cells = await runRounds(
    setting,
    [1, 5].flatMap((count) => [
      addCell(setting, seconds, ours, count),
      addCell(setting, seconds, without, count, NO_CAP),
    ]),
  );
  const metrics = metricsOf({
    cap_1_vs_none: compare(cells, 'rate', 'ours 1', 'none 1'),
    cap_5_vs_none: compare(cells, 'rate', 'ours 5', 'none 5'),
    cap_1_cpu_vs_none: compare(cells, 'cpu', 'ours 1', 'none 1'),
    cap_5_cpu_vs_none: compare(cells, 'cpu', 'ours 5', 'none 5'),
  });
  return { cells, metrics };
};

function addCell(
  { server, databases }: Setting,
  seconds: number,
  contender: Contender,
  count: number,
  prepare = '',
): Cell {
  const run = () =>
    databases.use(contender, async (database) => {
      await (await database.connect()).query(prepare);
      const loops = await openLoops(database, CLIENTS, addSingly(count, false), WARM_TURNS);
      await checkpoint(server);
      const meter = await Meter.start(server);
      return meter.stop(await loops.run({ seconds }));
    });
  return { label: `${contender.name} ${count}`, run };
}
