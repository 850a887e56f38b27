// Workers that are suspended for longer than their lease, or whose connections are cut.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { TaskQueues } from '../../src/index.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { rows, value } from '../support/sql.ts';
import { startWorker, type WorkerProcess } from './processes.ts';

const database = useDatabase();
const processes: WorkerProcess[] = [];
let queue: string;

beforeEach(async () => {
  queue = nextName('zombie');
  await database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

afterEach(async () => {
  for (const { child, ended } of processes.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});

function start(options: object, workMs: number): WorkerProcess {
  const worker = startWorker(database.url, queue, options, workMs);
  processes.push(worker);
  return worker;
}

test('a worker that was suspended past its lease can’t complete the task afterwards', async () => {
  const queues = new TaskQueues({ database: database.pool });
  const { name } = await queues.queue(queue).add({ payload: 'a' });
  const zombie = start({ leaseSeconds: 1 }, 300);
  await eventually(() => expect(zombie.lines).toContain(`leased ${name} 1`));
  zombie.child.kill('SIGSTOP');
  const held = await queues.queue(queue).leaseTasks({ leaseSeconds: 600, waitSeconds: 20 });
  expect(held).toMatchObject([{ name, retryCount: 2 }]);
  zombie.child.kill('SIGCONT');
  await eventually(() => expect(zombie.lines).toContain(`lost ${name}`));
  expect(zombie.lines).not.toContain(`done ${name}`);
  expect(await rows(database.pool, 'select name, state from taskqueue.tasks where queue = $1', [queue])).toEqual([
    { name, state: 'leased' },
  ]);
  await queues.close();
});

test('a process survives the end of its connections, and continues', async () => {
  const handle = new TaskQueues({ database: database.pool }).queue(queue);
  const worker = start({ leaseSeconds: 2, concurrency: 4 }, 20); // a lease whose response was lost expires soon
  for (let i = 0; i < 10; i++) {
    await handle.add([{ payload: 'a' }, { payload: 'b' }]);
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'pgtaskqueue%'`,
    );
    await eventually(async () => {
      expect(worker.lines.filter((line) => line.startsWith('done')).length).toBeGreaterThan(i);
    });
  }
  await eventually(async () =>
    expect(await value(database.pool, 'select count(*)::integer from taskqueue.tasks where queue = $1', [queue])).toBe(
      0,
    ),
  );
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
});
