// A floor loop that advances one statement at a time. The tick is the real one; each of its statements waits for the
// driver.

import { setImmediate as turn } from 'node:timers/promises';
import { type FloorSession, raiseFloors } from '../../../src/dispatcher/upkeep/raise-floors.ts';
import { advance, floorClock, openWriters, raise } from '../../../src/store/floors.ts';
import type { Dice } from './dice.ts';
import type { Session } from './session.ts';
import type { Tasks } from './tasks.ts';

/** One whole tick. Those of broken.ts have this type too. */
export type Tick = (session: FloorSession, queues: string[], sleep: (ms: number) => Promise<void>) => Promise<void>;

export const realTick: Tick = async (session, queues, sleep) => {
  await raiseFloors(session, queues, await session.clock(), sleep);
};

/** A statement of a tick that waits for its turn. */
interface Turn {
  name: string;
  go(): void;
  die(reason: Error): void;
}

class Died extends Error {}

export class SteppedFloorLoop {
  session: Session;
  ticks = 0;
  readonly #dice: Dice;
  readonly #tasks: Tasks;
  readonly #queues: string[];
  readonly #tick: Tick;
  #next: Turn | undefined;
  #failed: unknown;
  /** True while a tick is under way. */
  #under = false;

  constructor(session: Session, dice: Dice, tasks: Tasks, queues: string[], tick: Tick) {
    this.session = session;
    this.#dice = dice;
    this.#tasks = tasks;
    this.#queues = queues;
    this.#tick = tick;
  }

  async step(): Promise<string> {
    if (this.session.stopped) {
      this.#tasks.walking -= 1;
      await this.session.goOn();
    } else if (this.#under) {
      const statement = this.#next;
      this.#next = undefined;
      statement?.go();
      await this.#arrived();
      return `${statement?.name}${this.session.stopped ? ', stopped' : ''}`;
    } else {
      this.#under = true;
      this.#tick(this.#gated(), this.#queues, () => this.#gate('sleep'))
        .then(() => {
          this.ticks += 1;
        })
        .catch((error) => {
          if (!(error instanceof Died)) this.#failed = error;
        })
        .finally(() => {
          this.#under = false;
        });
    }
    await this.#arrived();
    return 'goes on';
  }

  /** Breaks the connection, whatever the tick is doing; another takes its place. */
  async die(open: () => Promise<Session>): Promise<void> {
    if (this.session.stopped) this.#tasks.walking -= 1;
    await this.session.kill();
    this.#next?.die(new Died());
    this.#next = undefined;
    while (this.#under) await turn();
    this.#failed = undefined;
    this.session = await open();
  }

  /** Waits until the tick waits for its next turn, has ended, or has stopped in mid-statement. */
  async #arrived(): Promise<void> {
    while (this.#under && !this.#next && !this.session.stopped) await turn();
    if (this.#failed) throw this.#failed;
  }

  #gate(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#next = { name, go: resolve, die: reject };
    });
  }

  #gated(): FloorSession {
    const { client } = this.session;
    const at = async <T>(name: string, work: () => Promise<T>, stopAt = 0): Promise<T> => {
      await this.#gate(name);
      let result: T | undefined;
      const running = this.session.run(async () => {
        result = await work();
      }, stopAt);
      await running;
      if (this.session.stopped) {
        this.#tasks.walking += 1;
        await this.session.ended();
      }
      return result as T;
    };
    return {
      clock: () => at('clock', () => floorClock(client)),
      openWriters: (among) => at('open writers', () => openWriters(client, among)),
      advance: (queues, until, marginMs) =>
        at(
          'advance',
          () => advance(client, queues, until, marginMs),
          this.#dice.chance(0.2) ? 1 + this.#dice.below(4) : 0,
        ),
      raise: (floors) => at('raise', () => raise(client, floors)),
      close: async () => {},
    };
  }
}
