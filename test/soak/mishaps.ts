// What happens to the world while it works.

import { setTimeout as sleep } from 'node:timers/promises';
import { kill, type Program, type World } from './world.ts';

/** Longer than a silent leader is waited for. */
const SILENT_MS = 14_000;

type Mishap = (world: World) => Promise<void>;

/** A program ends at once and is started again. */
async function killed(world: World): Promise<void> {
  const program = pick([...well(world.servers), ...world.workers]);
  if (!program) return;
  hit(program);
  await kill(program.child);
  program.child = program.start();
  recover(program);
}

/** A server does nothing for longer than it is waited for, then goes on. */
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

/** The packets between a server and PostgreSQL vanish without a word, then flow again. */
async function vanished(world: World): Promise<void> {
  const program = pick(spare(world));
  if (!program) return;
  hit(program);
  program.proxy.freeze();
  await sleep(SILENT_MS);
  program.proxy.thaw();
  recover(program);
}

/** A worker does nothing for longer than its leases, then goes on. */
async function workerStopped(world: World): Promise<void> {
  const { child } = pick(world.workers) as Program;
  child.kill('SIGSTOP');
  await sleep(3_000);
  child.kill('SIGCONT');
}

/** An administrator ends a session, an enqueuer's included. */
async function terminated({ pool }: World): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(a.pid) from pg_stat_activity as a
     where a.application_name like 'pgtaskqueue%' or a.application_name = 'recording worker' order by random() limit 2`,
  );
}

/** A process of PostgreSQL is killed: all of it starts anew, from what was written. */
async function crashed({ pool }: World): Promise<void> {
  const { rows } = await pool.query(
    `select pid from pg_stat_activity where backend_type in ('client backend', 'background writer') and pid <> pg_backend_pid() order by random() limit 1`,
  );
  process.kill(rows[0].pid, 'SIGKILL');
}

export const MISHAPS: Record<string, Mishap> = { killed, stopped, vanished, workerStopped, terminated, crashed };

/** Makes all of them happen, in a random order and overlapping, again and again until the time is over; returns how often each did. */
export async function soak(world: World, ms: number, pauseMs: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const under: Promise<void>[] = [];
  const until = Date.now() + ms;
  while (Date.now() < until) {
    for (const name of shuffled(Object.keys(MISHAPS))) {
      counts[name] = (counts[name] ?? 0) + 1;
      under.push((MISHAPS[name] as Mishap)(world).catch(() => {})); // the database may be away
      await sleep(pauseMs * (0.5 + Math.random()));
      if (Date.now() > until) break;
    }
  }
  await Promise.all(under);
  return counts;
}

const well = (programs: Program[]) => programs.filter(({ state }) => state.is === 'well');

/** Servers that may be hit for long: one is always left. */
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
