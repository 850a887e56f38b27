// npm run bench: measures pgtaskqueue beside its peers, on an embedded PostgreSQL with durable settings.

import fs from 'node:fs';
import { readArguments, USAGE } from './arguments.ts';
import type { Bench, Report } from './bench.ts';
import { api } from './benches/api.ts';
import { backlog } from './benches/backlog.ts';
import { cap } from './benches/cap.ts';
import { cells } from './benches/cells.ts';
import { consolePages } from './benches/console.ts';
import { enqueue } from './benches/enqueue.ts';
import { idle, many } from './benches/idle.ts';
import { lease } from './benches/lease.ts';
import { notify } from './benches/notify.ts';
import { pinned } from './benches/pinned.ts';
import { push } from './benches/push.ts';
import { queues } from './benches/queues.ts';
import { slow } from './benches/slow.ts';
import { testDatabases } from './benches/test-database.ts';
import { worker } from './benches/worker.ts';
import { Databases } from './databases.ts';
import { Progress } from './progress.ts';
import { describeMachine, startServer } from './server.ts';
import { printCells, printMetrics } from './table.ts';

const BENCHES: Record<string, Bench> = {
  enqueue,
  lease,
  pinned,
  notify,
  cap,
  backlog,
  queues,
  push,
  idle,
  many,
  worker,
  slow,
  api,
  cells,
  console: consolePages,
  'test-database': testDatabases,
};

async function main(): Promise<void> {
  const { name, short, json, rounds } = readArguments(process.argv.slice(2), Object.keys(BENCHES));
  const names = name === 'all' ? Object.keys(BENCHES) : [name];
  const reports: Record<string, Report> = {};
  for (const one of names) {
    reports[one] = await runBench(one, BENCHES[one] as Bench, { short, rounds });
    if (json) write(json, name, reports);
  }
}

async function runBench(name: string, bench: Bench, scale: { short: boolean; rounds: number }): Promise<Report> {
  const started = Date.now();
  const server = await startServer();
  const progress = new Progress(name);
  try {
    console.log(`\n# ${name}: ${scale.rounds} rounds${scale.short ? ', short' : ''}`);
    console.log(await describeMachine(server));
    const report = await bench({ ...scale, server, databases: new Databases(server), progress });
    progress.clear();
    printCells(report.cells);
    printMetrics(report.metrics);
    for (const note of report.notes ?? []) console.log(note);
    console.log(`${name} took ${Math.round((Date.now() - started) / 1000)} s`);
    return report;
  } finally {
    progress.clear();
    await server.stop();
  }
}

function write(file: string, name: string, reports: Record<string, Report>): void {
  const metrics = Object.assign({}, ...Object.values(reports).map((report) => report.metrics));
  const cells = Object.fromEntries(Object.entries(reports).map(([bench, report]) => [bench, report.cells]));
  fs.writeFileSync(file, `${JSON.stringify({ bench: name, metrics, cells }, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof RangeError ? `${error.message}\n\n${USAGE}` : error);
  process.exit(1); // does not wait for anything that a contender has left open
}
