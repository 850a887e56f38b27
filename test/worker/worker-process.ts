// A worker in a process of its own. Arguments: connection string, queue, options as JSON, and how long it works on a
// task, in milliseconds.
// It writes a line to standard output per event: `leased NAME`, `done NAME`, `lost NAME`, `trouble`.

import { setTimeout as after } from 'node:timers/promises';
import { PullWorker } from '../../src/worker.ts';

const [database = '', queue = '', options = '{}', workMs = '0'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

const worker = new PullWorker({
  database,
  queue,
  ...JSON.parse(options),
  handler: async () => {
    await after(Number(workMs));
  },
  hooks: {
    claimed: ({ name, retryCount }) => say(`leased ${name} ${retryCount}`),
    settled: ({ name }, { result }) => result === 'completed' && say(`done ${name}`),
    lost: ({ name }) => say(`lost ${name}`),
    trouble: () => say('trouble'),
  },
});
await worker.start();
process.once('SIGTERM', () => worker.stop({ deadlineSeconds: 1 }).then(() => process.exit(0)));
