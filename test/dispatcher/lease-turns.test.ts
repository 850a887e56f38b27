// Workers that lease at the same time, release and lose tasks: a task that comes back waits until the tasks that were
// ready before it have been leased.

import type pg from 'pg';
import { expect, test } from 'vitest';
import { Dice } from './floor-model/dice.ts';
import { useDispatchers } from './harness.ts';

const WORKERS = 4;
const TURNS = 150;
const TASKS = 12;
const CALLS = ['lease_tasks($1, $2)', `lease_tasks_by_tag($1, $2, tag => 'a')`];
/** Locks the oldest task to learn its tag; when it then leases another that has come before it, other calls pass that one. */
const ANY_TAG = 'lease_tasks_by_tag($1, $2)';

const harness = useDispatchers();

/** A leased task: when the call was sent and answered, in milliseconds. */
interface Turn {
  name: string;
  /** It was asked for the tag of the oldest task. */
  anyTag: boolean;
  sent: number;
  answered: number;
  /** When it was ready again: it was released, or its lease expired. */
  ready: number;
  /** When everyone could see the release; null: it was lost, and ranks by when the loss is noticed. */
  seen: number | null;
}

async function turn(client: pg.Client, queue: string, dice: Dice, calls: string[]): Promise<Turn | undefined> {
  const seconds = dice.weighted({ 60: 10, 0: 2, 0.03: 6, 2.5: 1 });
  const call = dice.pick(calls);
  const anyTag = call === ANY_TAG;
  const sent = Date.now();
  const { rows } = await client.query(`select name, eta, lease_token from taskqueue.${call}`, [queue, seconds]);
  const answered = Date.now();
  const [task] = rows;
  if (task === undefined) return;
  if (seconds !== '60') return { name: task.name, anyTag, sent, answered, ready: task.eta.getTime(), seen: null };
  const back = await client.query('select eta from taskqueue.modify_task_lease($1, $2, $3, 0)', [
    queue,
    task.name,
    task.lease_token,
  ]);
  return { name: task.name, anyTag, sent, answered, ready: back.rows[0].eta.getTime(), seen: Date.now() };
}

async function work(queue: string, seed: number, calls: string[]): Promise<Turn[]> {
  const client = await harness.database.client();
  const dice = new Dice(seed);
  const turns: Turn[] = [];
  while (turns.length < TURNS) {
    const done = await turn(client, queue, dice, calls);
    if (done) turns.push(done);
    else await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return turns;
}

/**
 * The turns that a task had although another one was ready before it, and everyone could see that. A call may be sent
 * early and served late: a task's turns are ordered by `ready`.
 */
function outOfTurn(turns: Turn[]): string[] {
  const byTask = Map.groupBy(
    turns.sort((a, b) => a.ready - b.ready),
    ({ name }) => name,
  );
  const wrong: string[] = [];
  for (const [name, own] of byTask) {
    for (const [i, again] of own.entries()) {
      const before = own[i - 1];
      if (before === undefined) continue;
      const overlaps = (turn: Turn) => turn.sent <= again.answered && turn.answered >= again.sent;
      if (turns.some((turn) => turn.anyTag && turn !== again && overlaps(turn))) continue;
      if (before.ready >= again.sent) continue; // it came back during the call, which saw it in its old position
      for (const [other, others] of byTask) {
        const last = others.findLast(({ sent }) => sent <= again.answered);
        if (other === name || last === undefined || last.seen === null || last.seen >= again.sent) continue;
        if (last.seen < before.ready)
          wrong.push(`${name} before ${other}, ready ${before.ready - last.seen} ms before it`);
      }
    }
  }
  return wrong;
}

test.each([
  ['with a dispatcher', true, CALLS],
  ['without a dispatcher', false, CALLS],
  ['when some ask for the oldest tag, without a dispatcher', false, [...CALLS, ANY_TAG]],
])('%s, every task gets its turn', async (_, led, calls) => {
  const queue = `turns-${led}-${calls.length}`;
  if (led) await harness.dispatcher().start();
  await harness.database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
  for (let i = 0; i < TASKS; i++)
    await harness.database.pool.query(
      `select taskqueue.add($1, payload => 'x', tag => 'a', name => $2, transactional => false)`,
      [queue, `t${i}`],
    );
  const turns = await Promise.all(Array.from({ length: WORKERS }, (_, i) => work(queue, i + 1, calls)));
  expect(outOfTurn(turns.flat())).toEqual([]);
  const leases = [...Map.groupBy(turns.flat(), ({ name }) => name).values()].map(({ length }) => length);
  expect(leases).toHaveLength(TASKS);
});
