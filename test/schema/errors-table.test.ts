// The table of errors, from which docs/reference/errors.md is generated: it is complete, has no dead rows, and the
// database raises each SQLSTATE.

import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { errorTable, exitCodeOf, httpStatusOf } from '../../src/domain/error-table.ts';
import * as errors from '../../src/domain/errors.ts';
import { TaskQueueError } from '../../src/domain/errors.ts';
import type { Executor } from '../../src/postgres/executor.ts';
import { call, run } from '../../src/schema/call.ts';
import type { FunctionArguments, FunctionName } from '../../src/schema/functions.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
const ROOT = path.resolve(import.meta.dirname, '../..');

function raisedByTheSchema(): string[] {
  const files = fs.readdirSync(path.join(ROOT, 'migrations'), { recursive: true, encoding: 'utf8' });
  const text = files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => fs.readFileSync(path.join(ROOT, 'migrations', file), 'utf8').replaceAll(/--.*$/gm, ''))
    .join('\n');
  return [...new Set([...text.matchAll(/'(TQ\w{3})'/g)].map(([, state]) => state ?? ''))].sort();
}

const inTable = errorTable.flatMap(({ sqlState }) => sqlState ?? []);

test('the table has a row for each SQLSTATE that the schema raises, and no other', () => {
  expect(inTable.toSorted()).toEqual(raisedByTheSchema());
});

test('the SQLSTATE is the number of the class', () => {
  for (const { sqlState, errorClass } of errorTable) {
    if (sqlState) expect(`TQ${String(errorClass.code).padStart(3, '0')}`).toBe(sqlState);
  }
});

test('every class that is thrown has one row', () => {
  const classes = Object.values(errors).filter((one) => one !== TaskQueueError);
  expect(new Set(errorTable.map(({ errorClass }) => errorClass))).toEqual(new Set(classes));
  expect(errorTable).toHaveLength(classes.length);
});

test('retryable errors are status 503 and exit code 75, whatever their class', () => {
  const conflict = new errors.DatastoreError('lost a race', { code: 10_002, retryable: true });
  expect([httpStatusOf(conflict), exitCodeOf(conflict)]).toEqual([503, 75]);
  const unknown = new errors.UnknownTaskError('gone');
  expect([httpStatusOf(unknown), exitCodeOf(unknown)]).toEqual([404, 3]);
});

/** Calls a function on a connection. */
type Session = <Name extends FunctionName>(name: Name, given: FunctionArguments<Name>) => Promise<unknown>;

const PULL = { queue: 'raises-pull' };
const PUSH = { queue: 'default' };
const TOKEN = '00000000-0000-4000-8000-000000000000';
const addAlone = (call: Session, task: object) => call('add', { ...PUSH, transactional: false, ...task });
const pullQueue = (call: Session) => call('create_queue', { ...PULL, mode: 'pull' });

/** For each SQLSTATE, a call that raises it, in a transaction that is rolled back. */
const RAISES: Record<string, (call: Session) => Promise<unknown>> = {
  TQ001: (call) => call('add', { queue: 'nowhere' }),
  TQ002: async (call) => {
    const holder = await database.client();
    await holder.query('begin');
    await holder.query(`select taskqueue.add(name => 'held', transactional => false)`);
    await addAlone(call, { name: 'held' }).finally(() => holder.query('rollback'));
  },
  TQ004: (call) => call('add', { ...PUSH, payload: 'x'.repeat(102_401) }),
  TQ005: (call) => addAlone(call, { name: 'not a name' }),
  TQ006: (call) => call('create_queue', { queue: 'under_score' }),
  TQ007: (call) => call('add', { ...PUSH, url: 'http://elsewhere/' }),
  TQ008: (call) => call('create_queue', { queue: 'fast', rate: '501/s' }),
  TQ010: async (call) => {
    await useName('lives', { over: false });
    await addAlone(call, { name: 'lives' });
  },
  TQ011: async (call) => {
    await useName('ended', { over: true });
    await addAlone(call, { name: 'ended' });
  },
  TQ012: (call) => call('add', { ...PUSH, countdown: 2_592_001 }),
  TQ013: (call) => call('add', { ...PUSH, if_exists: 'perhaps' }),
  TQ014: (call) => call('run_task', { ...PUSH, name: 'nobody' }),
  TQ015: async (call) => {
    await pullQueue(call);
    await call('delete_queue', PULL);
    await pullQueue(call);
  },
  TQ016: (call) => call('add_tasks', { ...PUSH, tasks: '[{"name": "a"}, {"name": "a"}]', transactional: false }),
  TQ018: (call) => call('add_tasks', { ...PUSH, tasks: '[{}, {}, {}, {}, {}, {}]' }),
  TQ020: (call) => call('update_queue', { ...PUSH, retry: '{"max_doublings": -1}' }),
  TQ021: (call) => call('lease_tasks', { ...PUSH, lease_seconds: 1 }),
  TQ023: async (call) => {
    await pullQueue(call);
    const payload = 'x'.repeat(600_000);
    await call('add_tasks', { ...PULL, tasks: JSON.stringify([{ payload }, { payload }]) });
  },
  TQ025: async (call) => {
    await pullQueue(call);
    const [task] = (await call('add', { ...PULL, payload: '' })) as { name: string }[];
    await call('modify_task_lease', { ...PULL, name: task?.name ?? '', lease_token: TOKEN, lease_seconds: 1 });
  },
  TQ026: async (call) => {
    await pullQueue(call);
    await call('pause_queue', PULL);
    await call('lease_tasks', { ...PULL, lease_seconds: 1 });
  },
  TQ027: async (call) => {
    await pullQueue(call);
    await call('add', { ...PULL, payload: '', tag: 'x'.repeat(501) });
  },
  TQ029: (call) => call('add', { ...PUSH, dispatch_deadline: 14 }),
  TQ101: async (call) => {
    await pullQueue(call);
    await call('lease_tasks', { ...PULL, lease_seconds: -1 });
  },
  TQ102: async (call) => {
    await pullQueue(call);
    await call('lease_tasks', { ...PULL, lease_seconds: 1, max_tasks: 1001 });
  },
  TQ104: async (call) => {
    await call('add', PUSH);
    await addAlone(call, {});
  },
  TQ105: (call) => call('add', { ...PUSH, retry: '{"min_backoff_seconds": -1}' }),
  TQ108: (call) => call('add', { ...PUSH, method: 'TRACE' }),
  TQ110: (call) => call('create_queue', PUSH),
  TQ111: (call) => call('set_target', { name: 'default', url: 'ftp://example.com' }),
  TQ114: (call) => call('rotate_key', { target: 'default', reference: 'whsec_secret' }),
};

// Two of them need a name that an earlier transaction has used.
async function useName(name: string, { over }: { over: boolean }): Promise<void> {
  await run(database.pool, call('add', { ...PUSH, name, countdown: 3600, transactional: false }));
  if (over) await run(database.pool, call('delete_task', { ...PUSH, name }));
}

test.for(inTable)('the database raises %s', async (sqlState) => {
  const client: Executor = await database.client();
  await client.query('begin', []);
  const session: Session = (name, given) => run(client, call(name, given));
  const error = await RAISES[sqlState]?.(session).then(
    () => undefined,
    (raised: unknown) => raised,
  );
  await client.query('rollback', []);
  const expected = errorTable.find((row) => row.sqlState === sqlState);
  expect(error).toBeInstanceOf(expected?.errorClass);
  expect(error).toMatchObject({ sqlState, code: expected?.errorClass.code, name: expected?.errorClass.name });
  expect((error as Error).cause).toMatchObject({ code: sqlState });
  expect((error as TaskQueueError).hint, 'says what to do').toBeTruthy();
});
