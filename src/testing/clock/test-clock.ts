// One clock for a test: it moves the database and the dispatchers, workers and schedulers that were made with it.

import { requireDuration } from '../../domain/duration.ts';
import { kindOf } from '../../domain/text.ts';
import type { Clock } from '../../runtime/clock.ts';
import { momentText } from '../../store/eta.ts';
import { ManualClock } from '../manual-clock.ts';
import { type MovableClock, movableClock } from '../movable-clock.ts';
import { fireCrons, nextCronRun, wakeAll } from './crons.ts';
import { OwnerConnection, type TestedDatabase } from './owner-connection.ts';

/** The clock's connection. For drain. */
export let ownerOf: (clock: TestClock) => OwnerConnection;

/**
 * The time of a database and of this process's dispatchers, workers and schedulers, which stands still until a test
 * moves it. Pass it to them as `clock`.
 */
export class TestClock implements Clock {
  readonly #owner: OwnerConnection;
  readonly #database: MovableClock;
  readonly #process: ManualClock;
  #moving: Promise<void> = Promise.resolve();

  static {
    ownerOf = (clock) => clock.#owner;
  }

  /** For testClock. */
  constructor(owner: OwnerConnection, database: MovableClock, now: number) {
    this.#owner = owner;
    this.#database = database;
    this.#process = new ManualClock(now);
  }

  /** Milliseconds since 1970, as of Date.now(). */
  now(): number {
    return this.#process.now();
  }

  /**
   * Lets time pass: seconds, or text such as `'90s'`, `'1h30m'` or `'1 day'`. Cron jobs that fall due on the way add
   * their tasks, each at its moment; started dispatchers and workers then run what is due. See `drain` for running
   * everything on the way.
   *
   * @throws TypeError or RangeError for anything but a duration
   * @example await clock.advance('1 day')
   */
  async advance(duration: number | string): Promise<void> {
    const ms = requireDuration(duration, 'the duration') * 1000;
    await this.#move(() => this.#moveTo(this.now() + ms));
  }

  /**
   * Moves to a moment: a Date, milliseconds since 1970, or RFC 3339 with an offset. Back in time, no cron job is run.
   *
   * @throws TypeError or RangeError for anything but a moment
   * @example await clock.set('2030-01-31T08:30:00Z')
   */
  async set(moment: Date | number | string): Promise<void> {
    const target = millisecondsOf(moment);
    await this.#move(() => this.#moveTo(target));
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#process.sleep(ms, signal);
  }

  alarm(ms: number, fire: () => void): () => void {
    return this.#process.alarm(ms, fire);
  }

  /** One move at a time. */
  #move(work: () => Promise<void>): Promise<void> {
    const moved = this.#moving.then(work);
    this.#moving = moved.catch(() => {});
    return moved;
  }

  async #moveTo(target: number): Promise<void> {
    await this.#owner.hold(async () => {
      if (target > this.now()) {
        await fireCrons(this.#owner); // plans the next runs
        for (let at = await this.#nextRun(target); at !== undefined; at = await this.#nextRun(target)) {
          await this.#set(at);
          await fireCrons(this.#owner);
        }
      }
      await this.#set(target);
      await wakeAll(this.#owner);
    });
  }

  #nextRun(until: number): Promise<number | undefined> {
    return nextCronRun(this.#owner, this.now(), until);
  }

  /** The database first: what an alarm wakes looks there. */
  async #set(at: number): Promise<void> {
    await this.#database.set(new Date(at));
    this.#process.set(at);
  }
}

/**
 * Replaces the database's clock, for good, by one that stands still until a test moves it. It starts at the present, in
 * whole milliseconds. Only for test databases.
 *
 * @param database a connection string, or what testDatabase returned: of the schema's owner or a superuser; or a pool
 *   client of one
 * @example
 * ```ts
 * const clock = await testClock(database)
 * const dispatcher = new Dispatcher({ database: database.url, targets, clock })
 * await clock.advance('1 day')
 * ```
 */
export async function testClock(database: TestedDatabase): Promise<TestClock> {
  const owner = new OwnerConnection(database);
  return owner.hold(async () => {
    const clock = await movableClock(owner);
    const now = (await clock.now()).getTime();
    await clock.set(new Date(now));
    return new TestClock(owner, clock, now);
  });
}

function millisecondsOf(moment: unknown): number {
  if (moment instanceof Date || typeof moment === 'number' || typeof moment === 'string')
    return Date.parse(momentText(moment, 'the moment'));
  throw new TypeError(`the moment must be a Date, milliseconds since 1970 or RFC 3339 text, got ${kindOf(moment)}`);
}
