// Measures the cost of a phase: time, CPU of all server processes, bytes of WAL.

import fs from 'node:fs';
import type { Sample } from './bench.ts';
import type { BenchServer } from './server.ts';

/** Linux counts a process's time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** A running measurement. */
export class Meter {
  readonly #server: BenchServer;
  #wal = '0/0';
  #cpu = 0;
  #time = 0;

  private constructor(server: BenchServer) {
    this.#server = server;
  }

  static async start(server: BenchServer): Promise<Meter> {
    const meter = new Meter(server);
    meter.#wal = await walPosition(server);
    meter.#cpu = serverCpuSeconds(server.pid);
    meter.#time = performance.now();
    return meter;
  }

  /** Returns rate (tasks/s), cpu (server µs per task) and wal (bytes per task) since the start. */
  async stop(tasks: number): Promise<Sample> {
    const seconds = (performance.now() - this.#time) / 1000;
    const cpu = serverCpuSeconds(this.#server.pid) - this.#cpu;
    const { rows } = await this.#server.admin.query('select pg_current_wal_lsn() - $1::pg_lsn as bytes', [this.#wal]);
    return { rate: tasks / seconds, cpu: (cpu / tasks) * 1e6, wal: Number(rows[0].bytes) / tasks };
  }
}

/** Starts with a checkpoint, so that the first change of a page costs every contender the same full image. */
export async function checkpoint(server: BenchServer): Promise<void> {
  await server.admin.query('checkpoint');
}

async function walPosition({ admin }: BenchServer): Promise<string> {
  return (await admin.query('select pg_current_wal_lsn() as lsn')).rows[0].lsn;
}

/**
 * Returns the CPU seconds used by a postmaster and its children: those of live children, and those that the postmaster
 * has inherited from ended ones. NaN without /proc.
 */
export function serverCpuSeconds(postmaster: number): number {
  if (!fs.existsSync('/proc/self/stat')) return Number.NaN;
  let ticks = 0;
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const process = readStat(entry);
    if (Number(entry) === postmaster) ticks += process.own + process.inherited;
    else if (process.parent === postmaster) ticks += process.own;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Returns the CPU seconds used by a process itself; NaN without /proc. */
export function processCpuSeconds(pid: number): number {
  return fs.existsSync('/proc/self/stat') ? readStat(String(pid)).own / TICKS_PER_SECOND : Number.NaN;
}

function readStat(pid: string): { parent: number; own: number; inherited: number } {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number); // from field 3 on
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    return { parent: fields[1] ?? 0, own: utime + stime, inherited: cutime + cstime };
  } catch {
    return { parent: 0, own: 0, inherited: 0 }; // the process has ended
  }
}
