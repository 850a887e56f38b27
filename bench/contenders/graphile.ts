// graphile-worker through Node, with the settings of its documentation's benchmarks.

import { makeWorkerUtils, run, type TaskList, type WorkerUtils } from 'graphile-worker';
import type { Contender } from '../databases.ts';
import { silentLogger } from './silent-logger.ts';

/** A client that adds jobs. */
export const graphile: Contender = {
  name: 'graphile',
  install: async (url) => {
    const utils = await graphileUtils(url, 1);
    await utils.migrate();
    await utils.release();
  },
};

/** Creates a client with this many connections. */
export function graphileUtils(url: string, maxPoolSize: number): Promise<WorkerUtils> {
  return makeWorkerUtils({ connectionString: url, maxPoolSize, logger: silentLogger });
}

/** Runs handlers: 24 at once, jobs fetched 500 at a time, completions batched. Returns what stops it. */
export async function runGraphile(url: string, taskList: TaskList): Promise<() => Promise<void>> {
  const runner = await run({
    preset: {
      worker: {
        connectionString: url,
        concurrentJobs: 24,
        maxPoolSize: 25,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList,
    noHandleSignals: true,
    logger: silentLogger,
  });
  return () => runner.stop();
}
