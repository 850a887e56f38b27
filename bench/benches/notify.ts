// notify: the cost of waking dispatchers for enqueuers, one task per transaction, with 8 and 32 clients and a listener.

import { type Bench, type Cell, compare, metricsOf, type Setting } from '../bench.ts';
import { addSingly, ours } from '../contenders/ours.ts';
import { checkpoint, Meter } from '../meter.ts';
import { runRounds } from '../rounds.ts';
import { type LoopBody, openLoops } from '../server-loop.ts';

const CLIENTS = [8, 32];
const WARM_TURNS = 20;

const silent = addSingly(1, false);

/** The cost of a queue that notifies in each transaction. */
const plainNotify: LoopBody = {
  ...silent,
  turn: silent.turn.replace('commit;', `perform pg_notify('bench_wake', 'push'); commit;`),
};

export const notify: Bench = async (setting) => {
  const seconds = setting.short ? 3 : 10;
  const cells = await runRounds(
    setting,
    CLIENTS.flatMap((clients) => [
      addCell(setting, seconds, clients, `none ${clients}`, silent),
      addCell(setting, seconds, clients, `ours ${clients}`, addSingly(1, true)),
      addCell(setting, seconds, clients, `pg_notify ${clients}`, plainNotify),
    ]),
  );
  const metrics = metricsOf({
    doorbell_8_vs_none: compare(cells, 'rate', 'ours 8', 'none 8'),
    doorbell_32_vs_none: compare(cells, 'rate', 'ours 32', 'none 32'),
    doorbell_32_vs_pg_notify: compare(cells, 'rate', 'ours 32', 'pg_notify 32'),
  });
  return { cells, metrics };
};

function addCell(
  { server, databases }: Setting,
  seconds: number,
  clients: number,
  label: string,
  body: LoopBody,
): Cell {
  const run = () =>
    databases.use(ours, async (database) => {
      const listener = await database.connect();
      await listener.query('listen taskqueue_wake; listen bench_wake');
      const loops = await openLoops(database, clients, body, WARM_TURNS);
      await checkpoint(server);
      const meter = await Meter.start(server);
      return meter.stop(await loops.run({ seconds }));
    });
  return { label, run };
}
