// `pgtaskqueue import`: the waiting jobs of another library become tasks.

import type { QueueMode } from '../../domain/queue.ts';
import type { Backlog } from '../../importing/backlog.ts';
import { bullMqBacklog } from '../../importing/bullmq.ts';
import { graphileWorkerBacklog } from '../../importing/graphile-worker.ts';
import { type ImportedQueue, type ImportOptions, importBacklog } from '../../importing/import-backlog.ts';
import { pgBossBacklog } from '../../importing/pg-boss.ts';
import { referencedUrl } from '../../server/referenced-url.ts';
import { createQueue, listQueues } from '../../store/queues.ts';
import { onDatabase, type Session } from '../connect.ts';
import type { Column } from '../display/table.ts';
import { EXIT, ExitWith, UsageError } from '../exit-codes.ts';

interface ImportFlags {
  from: 'pg-boss' | 'graphile-worker' | 'bullmq';
  source: string;
  schema?: string;
  queue: ReadonlyMap<string, string>;
  createQueues?: boolean;
  dryRun?: boolean;
}

const COLUMNS: readonly Column<ImportedQueue>[] = [
  { heading: 'FROM', cell: ({ from }) => from },
  { heading: 'QUEUE', cell: ({ queue }) => queue },
  { heading: 'WAITING', cell: ({ waiting }) => waiting, right: true },
  { heading: 'IMPORTED', cell: ({ imported }) => imported, right: true },
  { heading: 'BEFORE', cell: ({ before }) => before, right: true },
  { heading: 'TOO FAR', cell: ({ tooFar }) => tooFar, right: true },
  { heading: 'ACTIVE', cell: ({ active }) => active, right: true },
];

export const importJobs = onDatabase(async ({ database, output }: Session, flags: ImportFlags) => {
  const backlog = await open(flags);
  try {
    const modes = new Map<string, QueueMode>((await listQueues(database)).map(({ name, mode }) => [name, mode]));
    const options: ImportOptions = {
      queues: flags.queue,
      modeOf: (queue) => modes.get(queue),
      dryRun: true,
      now: Date.now(),
    };
    const plan = await importBacklog(database, backlog, options);
    const missing = [...new Set(plan.map(({ queue }) => queue))].filter((queue) => !modes.has(queue));
    if (flags.dryRun) {
      output.list(COLUMNS, plan, 'Nothing waits there.');
      if (missing.length > 0) output.warn(`Missing queues: ${missing.join(', ')}. --create-queues creates them.`);
      return;
    }
    if (missing.length > 0 && !flags.createQueues)
      throw new UsageError(`these queues do not exist: ${missing.join(', ')}; --create-queues creates pull queues`);
    for (const queue of missing) {
      const { name, mode } = await createQueue(database, queue, { mode: 'pull' });
      modes.set(name, mode);
    }
    const done = await importBacklog(database, backlog, { ...options, dryRun: false });
    output.list(COLUMNS, done, 'Nothing waits there.');
    if (done.some(({ waiting, imported, before, tooFar }) => waiting !== imported + before + tooFar))
      throw new ExitWith(EXIT.failed);
  } finally {
    await backlog.close();
  }
});

async function open({ from, source, schema }: ImportFlags): Promise<Backlog> {
  const url = referencedUrl(source, '--source');
  if (from === 'bullmq') return bullMqBacklog(url, schema);
  return from === 'pg-boss' ? pgBossBacklog(url, schema) : graphileWorkerBacklog(url, schema);
}
