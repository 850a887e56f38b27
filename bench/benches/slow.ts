// slow: a thousand queues, each sending a task a second, while a session holds a snapshot. Measures what the upkeep of
// many active queues adds to a task, and whether it grows while nothing can be vacuumed.

import { Dispatcher } from '../../src/server.ts';
import type { Bench, Sample, Setting } from '../bench.ts';
import { ours } from '../contenders/ours.ts';
import type { FreshDatabase } from '../databases.ts';
import { checkpoint, Meter } from '../meter.ts';
import { literal, PAYLOAD } from '../payload.ts';
import { runRounds } from '../rounds.ts';
import { shapeOf, Timeline } from '../timeline.ts';

const QUEUES = 1000;

const CREATE = `
  do $$ begin
    for i in 1 .. ${QUEUES} loop
      perform taskqueue.create_queue('queue-' || i, rate => '1/s', bucket_size => 1);
    end loop;
  end $$`;

/** More tasks than are sent, so that every queue always has one. */
const fillWith = (each: number) => `
  insert into taskqueue._tasks (id, due, created, queue_id, body)
  select n, clock_timestamp(), clock_timestamp(), first.id + n % ${QUEUES}, convert_to(${literal(PAYLOAD)}, 'UTF8')
  from (select min(id) as id from taskqueue._queues where name like 'queue-%') as first,
    generate_series(1, ${QUEUES * each}) as n`;

export const slow: Bench = async (setting) => {
  const seconds = setting.short ? 30 : 300;
  const cells = await runRounds(setting, [{ label: 'ours', run: () => slowRun(setting, seconds) }]);
  const value = (name: string) => ({ ours: cells.ours?.[name] ?? Number.NaN });
  const [first, last] = [value('rate, first fifth').ours, value('rate, last fifth').ours];
  const metrics = {
    slow_rate_last_over_first: { ours: last, first, ratio: last / first },
    wal_bytes_slow: value('wal'),
  };
  return { cells, metrics };
};

function slowRun({ server, databases, progress }: Setting, seconds: number): Promise<Sample> {
  const run = async ({ url, connect }: FreshDatabase) => {
    const client = await connect();
    await client.query(CREATE);
    await client.query(fillWith(seconds + 60));
    await client.query('vacuum analyze taskqueue._tasks');
    const { dispatcher, ready, handled } = countingDispatcher(url);
    await dispatcher.start();
    await ready;
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from pg_class'); // takes the snapshot
    await checkpoint(server);
    const meter = await Meter.start(server);
    const timeline = new Timeline(server, (line) => progress.say(line));
    const ended = new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    let tasks = 0;
    handled.count = () => {
      tasks = timeline.add(1);
    };
    await ended;
    const sample = await meter.stop(tasks);
    const shape = shapeOf(timeline.stop());
    await dispatcher.stop();
    await client.query('rollback');
    return { ...shape, ...sample };
  };
  return databases.use(ours, run);
}

/** A dispatcher with a handler that counts. It is ready when each queue has sent a task. */
function countingDispatcher(url: string) {
  const handled = { count: () => {} };
  const seen = new Set<string | null>();
  let begin = () => {};
  const ready = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const target = (request: Request) => {
    handled.count();
    if (seen.size < QUEUES && seen.add(request.headers.get('x-appengine-queuename')).size === QUEUES) begin();
    return new Response(null);
  };
  return { dispatcher: new Dispatcher({ database: url, targets: { default: target } }), ready, handled };
}
