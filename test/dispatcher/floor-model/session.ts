// Sessions that can be stopped in mid-statement, right after they have read the clock: that is the widest gap between a
// due time and its row.
//
// The clock stands still until the driver moves it. A session with model.reads = n waits at its nth reading, for a lock
// that the driver holds.

import type pg from 'pg';
import { movableClock } from '../../../src/testing/movable-clock.ts';
import type { TestDatabase } from '../../support/db.ts';

const STOP = 8_124_001;

const STOPPING_NOW = `
  create or replace function taskqueue._now() returns timestamptz language plpgsql volatile as $$
  declare
    now constant timestamptz := (select c.now from taskqueue._test_clock as c);
    reads constant integer := nullif(current_setting('model.reads', true), '');
  begin
    if reads > 0 then
      perform set_config('model.reads', (reads - 1)::text, false);
      if reads = 1 then
        perform pg_catalog.pg_advisory_lock_shared(${STOP}, pg_catalog.pg_backend_pid());
        perform pg_catalog.pg_advisory_unlock_shared(${STOP}, pg_catalog.pg_backend_pid());
      end if;
    end if;
    return now;
  end
  $$`;

/** The database's clock, in milliseconds. Only the driver moves it, so the driver always knows the time. */
export class ModelClock {
  now = 0;
  /** The latest time that it has ever shown. */
  latest = 0;
  readonly #move: (ms: number) => Promise<void>;

  private constructor(now: number, move: (ms: number) => Promise<void>) {
    this.now = now;
    this.latest = now;
    this.#move = move;
  }

  static async install(database: TestDatabase): Promise<ModelClock> {
    const clock = await movableClock(database.pool);
    const now = Date.now();
    await clock.set(new Date(now));
    await database.pool.query(STOPPING_NOW);
    return new ModelClock(now, (ms) => clock.advance(ms / 1000));
  }

  async move(ms: number): Promise<void> {
    await this.#move(ms);
    this.now += ms;
    this.latest = Math.max(this.latest, this.now);
  }
}

export class Session {
  readonly client: pg.Client;
  /** True in mid-statement: the session can run nothing else until goOn or kill. */
  stopped = false;
  readonly #control: pg.Client;
  readonly #pid: number;
  #work: Promise<void> | undefined;

  private constructor(client: pg.Client, control: pg.Client, pid: number) {
    this.client = client;
    this.#control = control;
    this.#pid = pid;
  }

  static async open(database: TestDatabase, control: pg.Client): Promise<Session> {
    const client = await database.client();
    await client.query(`set lock_timeout = '20s'`); // a wait for a lock could be a wait for the driver, which never ends
    const { rows } = await client.query('select pg_backend_pid() as pid');
    await control.query(`select pg_advisory_lock(${STOP}, $1)`, [rows[0].pid]);
    return new Session(client, control, rows[0].pid);
  }

  /** Runs to the end or, with stopAt, until the session has read the clock that many times. */
  async run(work: () => Promise<void>, stopAt = 0): Promise<void> {
    const armed = this.client.query(`select set_config('model.reads', $1, false)`, [String(stopAt)]);
    let ended = false;
    this.#work = Promise.all([armed, work()])
      .then(() => {})
      .finally(() => {
        ended = true;
      });
    this.#work.catch(() => {}); // goOn and the end of run see it
    if (stopAt > 0) {
      while (!ended && !this.stopped) this.stopped = await this.#waits();
      if (this.stopped) return;
    }
    await this.#work;
  }

  /** The work that run started has ended. */
  async ended(): Promise<void> {
    await this.#work;
  }

  async goOn(): Promise<void> {
    await this.#control.query(`select pg_advisory_unlock(${STOP}, $1)`, [this.#pid]);
    this.stopped = false;
    await this.#work?.finally(() => this.#control.query(`select pg_advisory_lock(${STOP}, $1)`, [this.#pid]));
  }

  /** Ends the connection, in mid-statement or not. */
  async kill(): Promise<void> {
    await this.#control.query('select pg_terminate_backend($1, 5000)', [this.#pid]);
    await this.#work?.catch(() => {});
    this.stopped = false;
  }

  async #waits(): Promise<boolean> {
    const { rows } = await this.#control.query(
      `select from pg_locks where locktype = 'advisory' and classid = ${STOP} and pid = $1 and not granted`,
      [this.#pid],
    );
    return rows.length > 0;
  }
}
