// Whatever two sessions do to the same tasks, each in an order of its own, they wait for each other and never in a circle. Every verb that touches many tasks
// meets every other; triggers make each row take a while, so that they do meet.

import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { failTasks } from '../../../src/store/outcomes.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { rows } from '../../support/sql.ts';

const DEADLOCK = '40P01';
const TASKS = 24;

const db = useDatabase();
const sessions: pg.Client[] = [];

const SLOW_ROWS = `
  create function slow_row() returns trigger language plpgsql as $$
  begin
    if current_setting('test.slow', true) = 'on' then
      perform pg_sleep(0.001);
    end if;
    return case when tg_op = 'DELETE' then old else new end;
  end $$;
  ${['_tasks', '_dead_tasks', '_names', '_forced_runs']
    .map(
      (table) =>
        `create trigger slow before insert or update or delete on taskqueue.${table} for each row execute function slow_row();`,
    )
    .join('\n')}`;

beforeAll(async () => {
  await db.pool.query(SLOW_ROWS);
  for (let i = 0; i < 2; i++) {
    const session = await db.client();
    await session.query(`set test.slow = 'on'; set deadlock_timeout = '50ms'`);
    sessions.push(session);
  }
});

interface Held {
  id: string;
  name: string;
  lease_token: string;
}

/** What two sessions meet over: tasks that are held, some of them lost by now; half have names that were given, some of them are dead. */
interface Scene {
  queue: string;
  held: Held[];
  /** Names that are in use, used up and new. */
  names: string[];
}

type Verb = (session: pg.Client, scene: Scene) => Promise<unknown>;

const call =
  (text: string, ...values: ((scene: Scene) => unknown)[]): Verb =>
  (session, scene) =>
    session.query(`select from taskqueue.${text}`, [scene.queue, ...values.map((value) => value(scene))]);

const ids = ({ held }: Scene) => held.map(({ id }) => id);
const names = ({ held }: Scene) => held.map(({ name }) => name);
const tokens = ({ held }: Scene) => held.map((task) => task.lease_token);
const seconds = (each: number) => (scene: Scene) => scene.held.map(() => each);

const fail: Verb = (session, { queue, held }) => {
  const report = { queue, status: 500, reason: 'App Error', responded: true, forced: false, last: true };
  return failTasks(
    session,
    held.map(({ id, lease_token }) => ({ ...report, id, leaseToken: lease_token })),
    [],
  );
};

const EITHER: Record<string, Verb> = {
  complete: call('complete_tasks($1, $2, $3)', ids, tokens),
  release: call('release_tasks($1, $2, $3)', ids, tokens),
  fail,
  finish: call('delete_tasks($1, $2, $3)', names, tokens),
  delete: call('delete_tasks($1, $2)', names),
  'finish by name': call('finish_tasks($1, $2)', names),
  add: call('add_tasks($1, $2, transactional => false)', (scene) =>
    JSON.stringify(scene.names.map((name) => ({ name, payload: 'x' }))),
  ),
  requeue: call('requeue_tasks($1)'),
  'purge and clean': async (session, scene) => {
    await call('purge_queue($1)')(session, scene);
    await call('clean_purged($1)')(session, scene);
  },
  sweep: call('sweep_queue($1)'),
  'forget names': (session) => session.query('select taskqueue._forget_names(true), taskqueue._forget_names(false)'),
  'delete the queue': call('delete_queue($1)'),
};

const VERBS: Record<'pull' | 'push', Record<string, Verb>> = {
  pull: {
    lease: call('lease_tasks($1, 60, 1000)'),
    'lease by tag': call('lease_tasks_by_tag($1, 60, 1000)'),
    extend: call('modify_task_leases($1, $2, $3, $4)', names, tokens, seconds(60)),
    'give back': call('modify_task_leases($1, $2, $3, $4)', names, tokens, seconds(0)),
    ...EITHER,
  },
  push: {
    claim: call('claim_tasks($1, 1000)'),
    'run now': async (session, scene) => {
      for (const { name } of scene.held)
        await session.query('select taskqueue.run_task($1, $2)', [scene.queue, name]).catch(() => {});
    },
    'claim what is to run now': call('claim_forced_tasks($1, 1000)'),
    ...EITHER,
  },
};

async function scene(mode: 'pull' | 'push'): Promise<Scene> {
  const queue = nextName('meeting');
  const made = Array.from({ length: TASKS }, (_, i) => ({ payload: 'x', ...(i % 2 === 0 && { name: `t${i}` }) }));
  await db.pool.query(
    `select taskqueue.create_queue($1, mode => $2, retry => '{"task_retry_limit": 1}', tombstone_ttl => $3)`,
    [queue, mode, mode === 'pull' ? '1 hour' : '0'],
  );
  const dead = Array.from({ length: 8 }, (_, i) => ({ payload: 'x', ...(i % 2 === 0 && { name: `d${i}` }) }));
  for (const tasks of [dead, made]) {
    await db.pool.query('select from taskqueue.add_tasks($1, $2, transactional => false)', [
      queue,
      JSON.stringify(tasks),
    ]);
    await db.pool.query(
      `select from taskqueue.${mode === 'pull' ? 'lease_tasks($1, 60, 1000)' : 'claim_tasks($1, 1000)'}`,
      [queue],
    );
    if (tasks === dead)
      await db.pool.query(
        `select taskqueue.fail_task($1, t.id, t.lease_token, 500, 'x', true, false, last => true) from taskqueue._tasks as t
         where t.queue_id = (select id from taskqueue._queues where name = $1)`,
        [queue],
      );
  }
  const held = await rows<Held>(
    db.pool,
    `update taskqueue._tasks as t set leased_until = case when t.id % 3 = 0 then taskqueue._now() - interval '1 s' else t.leased_until end, attempts = 2
     from taskqueue._queues as q where q.id = t.queue_id and q.name = $1
     returning t.id::text, coalesce(t.name, taskqueue._name(t.id, t.created)) as name, t.lease_token::text`,
    [queue],
  );
  const given = [...made, ...dead].flatMap((task) => ('name' in task ? [task.name as string] : []));
  return { queue, held, names: [...given, 'new-1', 'new-2'] };
}

/** Every seventh of them, round and round: an order that has nothing to do with the first. */
const shuffled = <T>(all: T[]): T[] => all.map((_, i) => all[(i * 7 + 3) % all.length] as T);
const backwards = <T>(all: T[]): T[] => [...all].reverse();

/** How many of the two were a deadlock's victims. */
async function meet(mode: 'pull' | 'push', verbs: [Verb, Verb]): Promise<number> {
  const { queue, held, names } = await scene(mode);
  expect(held).toHaveLength(TASKS);
  const orders = [backwards, shuffled] as const;
  const ends = await Promise.allSettled(
    verbs.map((verb, i) => {
      const order = orders[i] as typeof backwards;
      return verb(sessions[i] as pg.Client, { queue, held: order(held), names: order(names) });
    }),
  );
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  const codes = errors.map((error) => error.sqlState ?? error.code ?? String(error));
  for (const code of codes) expect(code).toMatch(/^(TQ0\d\d|40P01)$/); // the queue is gone, say
  return codes.filter((code) => code === DEADLOCK).length;
}

describe.each(['pull', 'push'] as const)('of a %s queue', (mode) => {
  const all = Object.entries(VERBS[mode]);
  test.each(all.map(([name], i) => ({ name, i })))('$name meets every other', async ({ i }) => {
    const [, verb] = all[i] as [string, Verb];
    const deadlocks: Record<string, number> = {};
    for (const [name, other] of all.slice(i)) {
      const victims = await meet(mode, [verb, other]);
      if (victims > 0) deadlocks[name] = victims;
    }
    expect(deadlocks).toEqual({});
  });
});
