// The limits in domain/limits.ts are those that the database enforces: each is tested, and the value above it.

import { beforeAll, expect, test } from 'vitest';
import * as limits from '../../src/domain/limits.ts';
import type { NewTask } from '../../src/domain/task.ts';
import { leaseTasks } from '../../src/store/leases.ts';
import { taskArguments } from '../../src/store/new-task.ts';
import { createQueue } from '../../src/store/queues.ts';
import { addTask, addTasks } from '../../src/store/tasks.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
const alone = { transactional: false };

beforeAll(async () => {
  await createQueue(database.pool, 'pull', { mode: 'pull' });
});

const push = (task: NewTask) => addTask(database.pool, 'default', taskArguments(task), alone);
const pull = (task: NewTask) => addTask(database.pool, 'pull', taskArguments({ payload: '', ...task }), alone);
const OVERHEAD = 'POST'.length + '/p'.length + 'content-type: application/octet-stream'.length;

const tries: Record<string, [limit: number, (at: number) => Promise<unknown>, step: number, code: number]> = {
  MAX_TASKS_PER_ADD: [
    limits.MAX_TASKS_PER_ADD,
    (at) => addTasks(database.pool, 'default', Array(at).fill({}), alone),
    1,
    18,
  ],
  MAX_TASKS_PER_TRANSACTION: [
    limits.MAX_TASKS_PER_TRANSACTION,
    (at) => addTasks(database.pool, 'default', Array(at).fill({})),
    1,
    18,
  ],
  MAX_TASK_NAME_LENGTH: [limits.MAX_TASK_NAME_LENGTH, (at) => push({ name: 'n'.repeat(at) }), 1, 5],
  MAX_URL_LENGTH: [limits.MAX_URL_LENGTH, (at) => push({ url: `/${'u'.repeat(at - 1)}` }), 1, 7],
  MAX_TAG_BYTES: [limits.MAX_TAG_BYTES, (at) => pull({ tag: 't'.repeat(at) }), 1, 27],
  MAX_ETA_SECONDS: [limits.MAX_ETA_SECONDS, (at) => push({ countdown: at }), 1, 12],
  MAX_DISPATCH_DEADLINE_SECONDS: [
    limits.MAX_DISPATCH_DEADLINE_SECONDS,
    (at) => push({ dispatchDeadline: at }),
    0.001,
    29,
  ],
  MIN_DISPATCH_DEADLINE_SECONDS: [
    limits.MIN_DISPATCH_DEADLINE_SECONDS,
    (at) => push({ dispatchDeadline: at }),
    -0.001,
    29,
  ],
  MAX_LEASE_SECONDS: [
    limits.MAX_LEASE_SECONDS,
    (at) => leaseTasks(database.pool, 'pull', { leaseSeconds: at }),
    0.001,
    101,
  ],
  MAX_TASKS_PER_LEASE: [
    limits.MAX_TASKS_PER_LEASE,
    (at) => leaseTasks(database.pool, 'pull', { leaseSeconds: 1, maxTasks: at }),
    1,
    102,
  ],
  MAX_QUEUE_NAME_LENGTH: [limits.MAX_QUEUE_NAME_LENGTH, (at) => createQueue(database.pool, 'q'.repeat(at)), 1, 6],
};

test.for(Object.entries(tries))('%s', async ([, [limit, attempt, step, code]]) => {
  await expect(attempt(limit)).resolves.toBeDefined();
  await expect(attempt(limit + step)).rejects.toMatchObject({ code });
});

test.for([
  ['push', push, limits.MAX_PUSH_TASK_BYTES],
  ['pull', pull, limits.MAX_PULL_TASK_BYTES],
] as const)('the size of a %s task', async ([, add, limit]) => {
  const url = add === push ? { url: '/p' } : {};
  const fitting = new Uint8Array(limit - OVERHEAD - 100);
  await expect(add({ ...url, payload: fitting })).resolves.toBeDefined();
  await expect(add({ ...url, payload: new Uint8Array(limit) })).rejects.toMatchObject({ code: 4 });
});

test('the size of a transactional add', async () => {
  const half = new Uint8Array(limits.MAX_TRANSACTIONAL_REQUEST_BYTES / 2);
  const client = await database.client();
  await client.query('begin');
  await expect(
    addTasks(client, 'pull', [{ payload: half }, { payload: half }].map(taskArguments)),
  ).resolves.toHaveLength(2);
  await client.query('rollback');
  await client.query('begin');
  const more = new Uint8Array(half.length + 1);
  await expect(
    addTasks(client, 'pull', [{ payload: half }, { payload: more }].map(taskArguments)),
  ).rejects.toMatchObject({ code: 23 });
  await client.query('rollback');
});
