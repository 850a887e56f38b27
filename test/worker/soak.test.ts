// Many workers in processes of their own, killed and suspended at random: no task is leased twice within a lease, lost,
// or done twice. The short form runs with the suite; `npm run test:soak:pull` runs sixteen workers on 50 000 tasks.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TaskQueues } from '../../src/index.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { row, rows, value } from '../support/sql.ts';

const LONG = process.env.SOAK === 'pull';
const TASKS = LONG ? 50_000 : 2_000;
const WORKERS = LONG ? 16 : 4;
const FAULTS = LONG ? 120 : 8;
const EVERY_MS = LONG ? 500 : 300;

const database = useDatabase();

/**
 * The database itself records each lease that begins before the last has ended: a trigger within lease_tasks, which has
 * rights and a search path of its own.
 */
const WATCH = `
  create table handled (name text not null);
  create table violations (id bigint, until timestamptz, at timestamptz);
  create function watch() returns trigger language plpgsql security definer as $$
  begin
    if new.attempts > old.attempts then
      if old.leased_until > clock_timestamp() then
        insert into public.violations values (old.id, old.leased_until, clock_timestamp());
      end if;
    end if;
    return new;
  end $$;
  create trigger watch after update on taskqueue._tasks for each row execute function watch()`;

function start(queue: string): ChildProcess {
  const program = path.join(import.meta.dirname, 'recording-process.ts');
  return spawn(process.execPath, [program, database.url, queue], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** Kills a worker and starts another, or suspends one for longer than its lease. */
async function injectFault(workers: ChildProcess[], queue: string, number: number): Promise<void> {
  const at = Math.floor(Math.random() * workers.length);
  const worker = workers[at] as ChildProcess;
  if (number % 4 === 3) {
    worker.kill('SIGSTOP');
    await after(2_500);
    worker.kill('SIGCONT');
    return;
  }
  worker.kill('SIGKILL');
  await ended(worker);
  workers[at] = start(queue);
}

/**
 * Records a lease that begins before the last has ended; the trigger runs in the second lease call, with the rights of
 * lease_tasks.
 */
async function provesItself(queues: TaskQueues, queue: string): Promise<void> {
  await queues.queue(queue).add({ payload: 'watched' });
  await queues.queue(queue).leaseTasks({ leaseSeconds: 60 });
  await database.pool.query(
    'begin; set local role taskqueue_owner; set local search_path = pg_catalog, taskqueue, pg_temp; update _tasks set attempts = attempts + 1; commit',
  );
  expect(await rows(database.pool, 'delete from violations returning id')).toHaveLength(1);
  await queues.queue(queue).purge();
}

test(`${WORKERS} workers, ${TASKS} tasks, ${FAULTS} faults`, { timeout: 900_000 }, async () => {
  const queue = 'soak';
  await database.pool.query(WATCH);
  const queues = new TaskQueues({ database: database.pool });
  await queues.createQueue(queue, { mode: 'pull' });
  await provesItself(queues, queue);
  const workers = Array.from({ length: WORKERS }, () => start(queue));
  try {
    const adding = (async () => {
      for (let i = 0; i < TASKS; i += 50) {
        await queues.queue(queue).add(Array.from({ length: 50 }, (_, j) => ({ payload: `${i + j}` })));
      }
    })();
    for (let i = 0; i < FAULTS; i++) {
      await after(EVERY_MS);
      await injectFault(workers, queue, i);
    }
    await adding;
    await eventually(
      async () =>
        expect(await value(database.pool, 'select count(*)::integer from handled')).toBeGreaterThanOrEqual(TASKS),
      { timeoutMs: 600_000, everyMs: 250 },
    );
    await eventually(async () => expect(await rows(database.pool, 'select from taskqueue.tasks')).toEqual([]));
  } finally {
    for (const worker of workers) {
      worker.kill('SIGCONT');
      worker.kill('SIGKILL');
      await ended(worker);
    }
  }
  expect(
    await row(database.pool, 'select count(*)::integer as all, count(distinct name)::integer as each from handled'),
  ).toEqual({ all: TASKS, each: TASKS });
  expect(await rows(database.pool, 'select * from violations')).toEqual([]);
  expect(await rows(database.pool, 'select * from taskqueue.dead_tasks')).toEqual([]);
});
