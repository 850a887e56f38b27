// Load on two queues, one pull and one push, while their floors are raised as fast as possible: transactions that stay
// open, roll back to savepoints or are prepared, leases that expire or are released, attempts that fail.

import { setTimeout as after } from 'node:timers/promises';
import type pg from 'pg';
import { type FloorSession, raiseFloors } from '../../src/dispatcher/upkeep/raise-floors.ts';
import type { TestDatabase } from '../support/db.ts';

export const PULL = 'soak-pull';
export const PUSH = 'soak-push';
const RETRY = JSON.stringify({ min_backoff_seconds: 0.05, max_backoff_seconds: 1 });

const chance = (share: number) => Math.random() < share;
const upTo = (n: number) => Math.random() * n;

export class FloorSoak {
  /** Due times in milliseconds, by name, of tasks whose transaction has committed. */
  readonly committed = new Map<string, number>();
  readonly delivered = new Set<string>();
  /** Names of tasks that were handed out before they were due. */
  readonly early: string[] = [];
  ticks = 0;
  readonly #database: TestDatabase;
  readonly #due = new Map<string, number>();
  #adding = true;
  #consuming = true;
  /** At the end every consumer takes what it gets. */
  #draining = false;

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  async createQueues(): Promise<void> {
    await this.#database.pool.query(`select from taskqueue.create_queue($1, mode => 'pull')`, [PULL]);
    await this.#database.pool.query('select from taskqueue.create_queue($1, retry => $2)', [PUSH, RETRY]);
  }

  /**
   * Adds and consumes for this long; then waits until every committed task was delivered, at most five seconds more.
   */
  async run(seconds: number, sessions: FloorSession[]): Promise<void> {
    const adders = Array.from({ length: 10 }, () => this.#add());
    const consumers = Array.from({ length: 2 }, () => [this.#lease(), this.#claim()]).flat();
    const ending = new AbortController();
    const raising = sessions.map((session) => this.#raise(session, ending.signal));
    await after(seconds * 1000);
    this.#adding = false;
    await Promise.all(adders);
    this.#draining = true;
    for (let waits = 0; waits < 100 && this.undelivered().length > 0; waits++) await after(50);
    ending.abort();
    await Promise.all(raising);
    this.#consuming = false;
    await Promise.all(consumers);
  }

  undelivered(): string[] {
    return [...this.committed.keys()].filter((name) => !this.delivered.has(name));
  }

  /** Live tasks below their queue's floor. */
  async stranded(): Promise<number> {
    const { rows } = await this.#database.pool.query(
      `select count(*)::integer as n from taskqueue._tasks as t, (select q.id, taskqueue._floor(q.id) as floor from taskqueue._queues as q where q.deleted_at is null) as q
       where t.queue_id = q.id and t.due < q.floor`,
    );
    return rows[0].n;
  }

  async #raise(session: FloorSession, signal: AbortSignal): Promise<void> {
    const sleep = async (ms: number) => {
      await after(ms);
      signal.throwIfAborted();
    };
    while (!signal.aborted) {
      await raiseFloors(session, [PULL, PUSH], await session.clock(), sleep).catch((error) => {
        if (!signal.aborted) throw error;
      });
      this.ticks += 1;
      await after(5);
    }
    await session.close();
  }

  async #add(): Promise<void> {
    const client = await this.#database.client();
    while (this.#adding) {
      const prepared = chance(0.15) ? `soak-${process.pid}-${Math.random()}` : undefined;
      await client.query('begin');
      const names = [await this.#addOne(client, !prepared)];
      if (chance(0.5)) await after(chance(0.3) ? upTo(2000) : upTo(50));
      if (chance(0.3)) {
        await client.query('savepoint s');
        const name = await this.#addOne(client, !prepared);
        if (chance(0.5)) await client.query('rollback to savepoint s');
        else names.push(name);
        if (chance(0.3)) await after(upTo(800));
      }
      names.push(await this.#addOne(client, !prepared));
      if (prepared) {
        await client.query(`prepare transaction '${prepared}'`);
        await after(upTo(1500));
      }
      const commits = chance(0.9);
      await client.query(`${commits ? 'commit' : 'rollback'}${prepared ? ` prepared '${prepared}'` : ''}`);
      if (commits) for (const name of names) this.committed.set(name, this.#due.get(name) ?? Infinity);
    }
  }

  async #addOne(client: pg.Client, wake: boolean): Promise<string> {
    const countdown = chance(0.2) ? upTo(1) : null;
    const eta = countdown === null && chance(0.2) ? new Date(Date.now() - upTo(10_000)) : null;
    const task = chance(0.5) ? `queue => '${PULL}', payload => 'x'` : `queue => '${PUSH}', url => '/x'`;
    const { rows } = await client.query(
      `select name, eta from taskqueue.add(${task}, countdown => $1, eta => $2, wake => $3)`,
      [countdown, eta, wake],
    );
    this.#due.set(rows[0].name, rows[0].eta.getTime());
    return rows[0].name;
  }

  async #lease(): Promise<void> {
    const client = await this.#database.client();
    while (this.#consuming) {
      const seconds = chance(0.8) ? 1 + upTo(3) : 0.05;
      const tasks = await this.#take(client, `taskqueue.lease_tasks('${PULL}', ${seconds}, 10)`);
      if (chance(0.3)) await after(upTo(300));
      for (const { name, lease_token } of tasks) {
        if (this.#draining || chance(0.6)) {
          await client.query('select taskqueue.delete_task($1, $2, $3)', [PULL, name, lease_token]);
        } else if (chance(0.5)) {
          await client
            .query('select taskqueue.modify_task_lease($1, $2, $3, 0)', [PULL, name, lease_token])
            .catch(() => {}); // the run has ended
        }
      }
    }
  }

  async #claim(): Promise<void> {
    const client = await this.#database.client();
    while (this.#consuming) {
      const tasks = await this.#take(client, `taskqueue.claim_tasks('${PUSH}', 10)`);
      if (chance(0.3)) await after(chance(0.1) ? 2500 : upTo(200));
      for (const { id, lease_token } of tasks) {
        const lease = [[id], [lease_token]];
        if (this.#draining || chance(0.6))
          await client.query('select taskqueue.complete_tasks($1, $2, $3)', [PUSH, ...lease]);
        else if (chance(0.3)) await client.query('select taskqueue.release_tasks($1, $2, $3)', [PUSH, ...lease]);
        else
          await client.query(`select taskqueue.fail_task($1, $2, $3, 500, 'App Error', true, false)`, [
            PUSH,
            id,
            lease_token,
          ]);
      }
    }
  }

  async #take(client: pg.Client, taken: string): Promise<{ id: string; name: string; lease_token: string }[]> {
    const { rows } = await client.query(`select *, clock_timestamp() as now from ${taken}`);
    for (const { name, now } of rows) {
      this.delivered.add(name);
      if (now.getTime() + 1 < (this.#due.get(name) ?? 0)) this.early.push(name);
    }
    if (rows.length === 0) await after(10);
    return rows;
  }
}
