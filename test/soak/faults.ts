// The faults that are injected into the world.

import { setTimeout as sleep } from 'node:timers/promises';
import { kill, type Program, type World } from './world.ts';

/** Longer than the timeout for a silent leader. */
const SILENT_MS = 14_000;

type Fault = (world: World) => Promise<void>;

/** Kills a program and starts it again. */
async function killed(world: World): Promise<void> {
  const program = pick([...well(world.servers), ...world.workers]);
  if (!program) return;
  hit(program);
  await kill(program.child);
  program.child = program.start();
  recover(program);
}

/** Stops a server for longer than its timeout, then continues it. */
async function stopped(world: World): Promise<void> {
  const program = pick(spare(world));
  if (!program) return;
  hit(program);
  const { child } = program;
  child.kill('SIGSTOP');
  await sleep(SILENT_MS);
  child.kill('SIGCONT');
  recover(program);
}

/** Silently drops the packets between a server and PostgreSQL for a while. */
async function vanished(world: World): Promise<void> {
  const program = pick(spare(world));
  if (!program) return;
  hit(program);
  program.proxy.freeze();
  await sleep(SILENT_MS);
  program.proxy.thaw();
  recover(program);
}

/** Stops a worker for longer than its leases, then continues it. */
async function workerStopped(world: World): Promise<void> {
  const { child } = pick(world.workers) as Program;
  child.kill('SIGSTOP');
  await sleep(3_000);
  child.kill('SIGCONT');
}

/** Terminates a session, possibly an enqueuer's. */
async function terminated({ pool }: World): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(a.pid) from pg_stat_activity as a
     where a.application_name like 'pgtaskqueue%' or a.application_name = 'recording worker' order by random() limit 2`,
  );
}

/** Kills a process of PostgreSQL, which restarts and recovers. */
async function crashed({ pool }: World): Promise<void> {
  const { rows } = await pool.query(
    `select pid from pg_stat_activity where backend_type in ('client backend', 'background writer') and pid <> pg_backend_pid() order by random() limit 1`,
  );
  process.kill(rows[0].pid, 'SIGKILL');
}

export const FAULTS: Record<string, Fault> = { killed, stopped, vanished, workerStopped, terminated, crashed };

/**
 * Injects all faults repeatedly, overlapping and in random order, until the time is over; returns how often each
 * occurred.
 */
export async function soak(world: World, ms: number, pauseMs: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const under: Promise<void>[] = [];
  const until = Date.now() + ms;
  while (Date.now() < until) {
    for (const name of shuffled(Object.keys(FAULTS))) {
      counts[name] = (counts[name] ?? 0) + 1;
      under.push((FAULTS[name] as Fault)(world).catch(() => {})); // the database may be down
      await sleep(pauseMs * (0.5 + Math.random()));
      if (Date.now() > until) break;
    }
  }
  await Promise.all(under);
  return counts;
}

const well = (programs: Program[]) => programs.filter(({ state }) => state.is === 'well');

/** Servers that may be hit for long, such that one is always left. */
function spare({ servers }: World): Program[] {
  const them = well(servers);
  return them.length > 1 ? them : [];
}

function hit(program: Program): void {
  program.state = { is: 'hit', since: Date.now() };
}

function recover(program: Program): void {
  program.state = { is: 'well', since: Date.now() };
}

function pick<T>(some: T[]): T | undefined {
  return some[Math.floor(Math.random() * some.length)];
}

function shuffled<T>(some: T[]): T[] {
  return some
    .map((one) => ({ one, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ one }) => one);
}
