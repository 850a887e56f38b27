// What a task is added with comes back: by every way of adding, to readers and to handlers, when it is dead and when it runs again.

import { beforeAll, expect, test } from 'vitest';
import { describeTaskText } from '../../src/cli/display/task-text.ts';
import { buildProgram } from '../../src/cli/program.ts';
import type { NewTask } from '../../src/domain/task.ts';
import { TaskQueues } from '../../src/index.ts';
import { functions } from '../../src/schema/functions.ts';
import { claimTasks } from '../../src/store/claims.ts';
import { leaseTasks } from '../../src/store/leases.ts';
import { describeTask, listTasks, requeueTask, taskDetails, taskPayload } from '../../src/store/tasks.ts';
import { runHere } from '../cli/command.ts';
import { useDatabase } from '../support/db.ts';
import { nextName } from '../support/names.ts';
import { row, value } from '../support/sql.ts';
import { ADD_SAMPLES, PROPERTY_SAMPLES, type TaskSample } from './task-samples.ts';

const db = useDatabase();
beforeAll(() => {
  process.env.DATABASE_URL = db.url; // for the command line
});
const samples = Object.entries(ADD_SAMPLES);
const argumentsOfAdd = Object.keys(functions.add);

async function aQueue({ mode }: TaskSample): Promise<string> {
  const queue = nextName('q');
  await db.pool.query('select taskqueue.create_queue($1, mode => $2)', [queue, mode ?? 'push']);
  return queue;
}

/** Adds with `add`: a payload, the sample, and what else there is. */
async function add(queue: string, argument: string, sample: TaskSample, more = ''): Promise<string> {
  const payload = sample.isBody ? '' : `, payload => 'x'`;
  const call = `taskqueue.add($1, ${argument} => $2${payload}, transactional => false${more})`;
  return value(db.pool, `select name from ${call}`, [queue, sample.value]);
}

/** Adds with `add_tasks`, beside others. */
async function addToBatch(queue: string, argument: string, sample: TaskSample, others: object[]): Promise<string> {
  const given =
    functions.add[argument as keyof typeof functions.add] === 'jsonb?'
      ? JSON.parse(sample.value as string)
      : sample.value;
  const one =
    argument === 'payload_bytes' ? { payload_base64: (given as Buffer).toString('base64') } : { [argument]: given };
  const batch = [{ ...(sample.isBody ? {} : { payload: 'x' }), ...one }, ...others];
  const call = 'taskqueue.add_tasks($1, $2, transactional => false)';
  return value(db.pool, `select name from ${call} order by index`, [queue, JSON.stringify(batch)]);
}

async function shown(queue: string, name: string) {
  const [status, details, payload] = await Promise.all([
    describeTask(db.pool, queue, name),
    taskDetails(db.pool, queue, name),
    taskPayload(db.pool, queue, name),
  ]);
  return { ...status, ...details, payload };
}

async function expectShown(queue: string, name: string, sample: TaskSample): Promise<void> {
  const seen = await shown(queue, name);
  expect(seen).toMatchObject(sample.shows);
  expect(describeTaskText({ ...seen, attempts: [] }, seen.payload)).toMatch(sample.describes);
}

const WAYS: Record<string, (queue: string, argument: string, sample: TaskSample) => Promise<string>> = {
  add: (...given) => add(...given),
  'add, the long way': (...given) => add(...given, `, if_exists => 'ignore'`),
  add_tasks: (...given) => addToBatch(...given, []),
  'add_tasks, the long way': (...given) => addToBatch(...given, [{ name: 'other', payload: 'x' }]),
};

test('there is a sample of every argument', () => {
  const ofTheCall = ['queue', 'transactional', 'if_exists', 'wake'];
  expect(argumentsOfAdd.filter((argument) => !ofTheCall.includes(argument)).sort()).toEqual(
    Object.keys(ADD_SAMPLES).sort(),
  );
});

for (const [way, addIt] of Object.entries(WAYS)) {
  test.for(samples)(`by ${way}: %s is seen`, async ([argument, sample]) => {
    const queue = await aQueue(sample);
    await expectShown(queue, await addIt(queue, argument, sample), sample);
  });
}

test.for(Object.entries(PROPERTY_SAMPLES))(
  'by TaskQueues, alone and in a batch: %s is seen',
  async ([property, given]) => {
    const sample = ADD_SAMPLES[given.becomes];
    const task = { ...(sample.isBody ? {} : { payload: 'x' }), [property]: given.value } as NewTask;
    const expected = property === 'json' ? { ...sample, shows: {}, describes: /\{"a": ?\[1\.5\]\}/ } : sample;
    const queues = new TaskQueues({ database: db.pool });
    for (const others of [undefined, [], [{ name: 'other', payload: 'x' }]]) {
      const queue = await aQueue(sample);
      const handle = queues.queue(queue);
      const [added] = others ? await handle.add([task, ...others]) : [await handle.add(task)];
      await expectShown(queue, added?.name ?? '', expected);
    }
  },
);

test.for(Object.entries(PROPERTY_SAMPLES))('by the command line: %s is seen', async ([property, given]) => {
  for (const flags of given.flags) {
    const sample = ADD_SAMPLES[given.becomes];
    const queue = await aQueue(sample);
    const body = sample.isBody ? [] : ['--payload', 'x'];
    const { stdout, stderr } = await runHere(['tasks', 'add', queue, ...body, ...flags, '--json']);
    expect(stderr).toBe('');
    const expected = property === 'json' ? { ...sample, shows: {}, describes: /\{"a": ?\[1\.5\]\}/ } : sample;
    await expectShown(queue, JSON.parse(stdout).name, expected);
  }
});

test('every option of `tasks add` is in a sample', () => {
  const add = buildProgram()
    .commands.find((noun) => noun.name() === 'tasks')
    ?.commands.find((verb) => verb.name() === 'add');
  const sampled = Object.values(PROPERTY_SAMPLES).flatMap(({ flags }) => flags.flat());
  const options = add?.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? '') ?? [];
  expect(options.length).toBeGreaterThan(10);
  expect(options.filter((option) => !sampled.includes(option))).toEqual([]);
});

test.for(samples)('it is delivered, dies, and is requeued: %s', async ([argument, sample]) => {
  const queue = await aQueue(sample);
  const name = await add(queue, argument, sample);
  await db.pool.query('update taskqueue._tasks set due = created');
  const stored = await row(db.pool, `select t.* ${STORED}`, [queue, name]);
  expect(await deliver(queue, sample)).toMatchObject({ name, ...sample.delivers });
  await die(queue, name);
  const dead = await row(db.pool, 'select * from taskqueue._dead_tasks as d where id = $1', [stored.id]);
  for (const column of CHANGED_BY_AN_ATTEMPT) delete stored[column];
  expect(dead).toMatchObject(stored);
  const { dispatchDeadline, headers, retryOptions, ownRetryOptions } = await taskDetails(db.pool, queue, name);
  const details = { dispatchDeadline, headers, retryOptions, ownRetryOptions };
  expect(details).toMatchObject(Object.fromEntries(Object.entries(sample.shows).filter(([key]) => key in details)));
  await requeueTask(db.pool, queue, name);
  if (sample.untilDeath) return;
  await expectShown(queue, name, sample);
  expect(await deliver(queue, sample)).toMatchObject({ name, ...sample.delivers });
});

const STORED = `from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id
  where q.name = $1 and coalesce(t.name, taskqueue._name(t.id, t.created)) = $2`;

const CHANGED_BY_AN_ATTEMPT = [
  ...['due', 'attempts', 'leased_until', 'lease_token', 'executions', 'last_status', 'retry_reason', 'first_attempt'],
];

async function deliver(queue: string, { mode }: TaskSample) {
  if (mode === 'pull') return (await leaseTasks(db.pool, queue, { leaseSeconds: 60 }))[0];
  return (await claimTasks(db.pool, 'claim_tasks', [{ queue, maxTasks: 1 }], 1)).dispatches[0]?.[0];
}

/** As a task does whose retries are used up. */
async function die(queue: string, name: string): Promise<void> {
  const bury = `taskqueue._bury_tasks(t.queue_id, array[t.id], 'App Error')`;
  await db.pool.query(`select ${bury} ${STORED}`, [queue, name]);
}

test.for(samples)('the list, the view and the description agree: %s', async ([argument, sample]) => {
  const queue = await aQueue(sample);
  const name = await add(queue, argument, sample);
  const { rows: viewed } = await db.pool.query('select * from taskqueue.tasks where queue = $1', [queue]);
  const { rows: listed } = await db.pool.query('select * from taskqueue.list_tasks($1)', [queue]);
  const { rows: described } = await db.pool.query('select * from taskqueue.describe_task($1, $2)', [queue, name]);
  expect(listed).toEqual(viewed);
  expect(described).toEqual(viewed);
  expect(await listTasks(db.pool, queue)).toEqual([await describeTask(db.pool, queue, name)]);
});
