// queues: lists a thousand queues with five million tasks, before and after the first vacuum.

import type { Bench, Report, Sample, Setting } from '../bench.ts';
import { ours } from '../contenders/ours.ts';
import type { FreshDatabase } from '../databases.ts';
import { serverCpuSeconds } from '../meter.ts';
import { BATCH, literal, PAYLOAD } from '../payload.ts';
import { median } from '../rounds.ts';

const QUEUES = 1000;
const LISTS_A_ROUND = 5;

const CREATE = `
  do $$ begin
    for i in 1 .. ${QUEUES} loop
      perform taskqueue.create_queue('queue-' || i, mode => case i % 2 when 0 then 'pull' else 'push' end);
    end loop;
  end $$`;

/** Fills the queues with batches in turn, so that the batches of one queue are far apart. */
const fillWith = (tasks: number) => `
  insert into taskqueue._tasks (id, due, created, queue_id, body)
  select n, clock_timestamp(), clock_timestamp(), first.id + n / ${BATCH} % ${QUEUES}, convert_to(${literal(PAYLOAD)}, 'UTF8')
  from (select min(id) as id from taskqueue._queues where name like 'queue-%') as first, generate_series(1, ${tasks}) as n`;

export const queues: Bench = async (setting) => {
  const cells = await setting.databases.use(ours, (database) => measure(setting, database));
  const ms = (label: string) => ({ ours: cells[label]?.ms ?? Number.NaN });
  return { cells, metrics: { queues_list_ms: ms('vacuumed'), queues_list_fresh_ms: ms('fresh') } };
};

async function measure(
  { server, short, rounds, progress }: Setting,
  database: FreshDatabase,
): Promise<Report['cells']> {
  const client = await database.connect();
  const list = async (): Promise<Sample> => {
    const times: number[] = [];
    const cpu = serverCpuSeconds(server.pid);
    for (let count = 0; count < rounds * LISTS_A_ROUND; count++) {
      const started = performance.now();
      await client.query('select * from taskqueue.queues');
      times.push(performance.now() - started);
    }
    const cpuMs = ((serverCpuSeconds(server.pid) - cpu) / times.length) * 1000;
    return { ms: median(times), 'ms, the first': times[0] as number, 'server CPU ms': cpuMs };
  };
  await client.query('alter table taskqueue._tasks set (autovacuum_enabled = off)');
  await client.query(CREATE);
  const empty = await list();
  progress.say('filling');
  await client.query(fillWith(short ? 500_000 : 5_000_000));
  const fresh = await list();
  progress.say('vacuum');
  await client.query('vacuum analyze taskqueue._tasks');
  return { empty, fresh, vacuumed: await list() };
}
