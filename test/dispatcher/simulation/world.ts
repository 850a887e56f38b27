// A seeded run of real dispatchers over simulated days: clock, database, handlers and chance are simulated. It checks
// that no task is lost, sent early or sent faster than its queue allows, and records everything that happens.

import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';
import { Dispatcher } from '../../../src/dispatcher/dispatcher.ts';
import { silentLogger } from '../../../src/runtime/logger.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { Dice } from '../floor-model/dice.ts';
import { SimulatedConnection } from './connection.ts';
import { SimulatedDatabase, type SimulatedQueue } from './database.ts';

const UNLIMITED = { limit: null, age: null };
const QUEUES: SimulatedQueue[] = [
  {
    id: 1,
    name: 'brisk',
    rate: 5,
    bucketSize: 5,
    maxConcurrentRequests: 4,
    retry: { ...UNLIMITED, min: 0.1, max: 60, doublings: 4 },
  },
  {
    id: 2,
    name: 'slow',
    rate: 1 / 60,
    bucketSize: 1,
    maxConcurrentRequests: 10,
    retry: { ...UNLIMITED, min: 30, max: 300, doublings: 2 },
  },
  {
    id: 3,
    name: 'limited',
    rate: 1,
    bucketSize: 10,
    maxConcurrentRequests: 10,
    retry: { limit: 3, age: 600, min: 10, max: 100, doublings: 3 },
  },
];
const DISPATCHERS = 2;
/** Time to finish what was added last, and what died with its dispatcher. */
const CALM_SECONDS = 5_400;
/** Turns of the event loop after which everything that is ready has run. */
const TURNS = 12;

interface Process {
  connection: SimulatedConnection;
  dispatcher: Dispatcher;
}

export interface Ran {
  seed: number;
  trace: string[];
  added: number;
  sent: number;
  problems: string[];
}

/** @param hours simulated hours with faults; some without follow */
export async function simulate(seed: number, hours: number): Promise<Ran> {
  const dice = new Dice(seed);
  const chance = vi.spyOn(Math, 'random').mockImplementation(() => dice.below(1_000_000) / 1_000_000);
  try {
    return await new World(seed, dice).run(hours);
  } finally {
    chance.mockRestore();
  }
}

class World {
  readonly #dice: Dice;
  readonly #clock = new ManualClock(0);
  readonly #database: SimulatedDatabase;
  readonly #processes: Process[] = [];
  readonly #ran: Ran;
  readonly #sentAt = new Map<string, number[]>();
  /** Attempts of each queue that await their response. */
  readonly #underWay = new Map<string, Set<AbortSignal>>();
  readonly #succeeded = new Set<string>();
  readonly #added = new Set<string>();
  #calm = false;

  constructor(seed: number, dice: Dice) {
    this.#dice = dice;
    this.#ran = { seed, trace: [], added: 0, sent: 0, problems: [] };
    const ring = (queueId: number) => {
      for (const { connection } of this.#processes) connection.hear('taskqueue_wake', String(queueId));
    };
    this.#database = new SimulatedDatabase(
      QUEUES,
      () => this.#clock.now(),
      ring,
      (text) => this.#note(text),
    );
  }

  async run(hours: number): Promise<Ran> {
    for (let i = 0; i < DISPATCHERS; i++) await this.#begin();
    const end = hours * 3_600_000;
    while (this.#clock.now() < end) {
      await this.#pass(this.#dice.below(240) + 1);
      await this.#happen();
    }
    this.#calm = true;
    await this.#pass(CALM_SECONDS);
    await this.#stop();
    this.#judge();
    return this.#ran;
  }

  #note(text: string): void {
    this.#ran.trace.push(`${this.#clock.now().toFixed(3)} ${text}`);
  }

  async #happen(): Promise<void> {
    const what = this.#dice.weighted({ add: 80, later: 10, connection: 6, death: 4 });
    if (what === 'connection' || what === 'death') await this.#makeBusy();
    const process = this.#dice.pick(this.#processes);
    if (what === 'connection') process.connection.loseSession();
    else if (what === 'death') await this.#replace(process);
    else this.#add(what === 'later' ? this.#dice.below(3_600_000) : 0);
    if (what !== 'add') this.#note(what);
  }

  /** A death in mid-flow reveals more than one at rest. */
  async #makeBusy(): Promise<void> {
    for (let i = 0; i < 5; i++) this.#add(0);
    await this.#pass(this.#dice.below(4_000) / 1_000);
  }

  #add(delayMs: number): void {
    const { name } = this.#dice.pick(QUEUES);
    const most = name === 'slow' ? 2 : 25;
    for (let n = this.#dice.below(most) + 1; n > 0; n--) this.#added.add(this.#database.add(name, delayMs).id);
  }

  async #begin(): Promise<void> {
    const connection = new SimulatedConnection(this.#database, this.#clock, {
      latencyMs: () => (this.#dice.chance(0.2) ? this.#dice.below(40) : 0),
      failure: () =>
        this.#calm || !this.#dice.chance(0.002) ? undefined : this.#dice.pick(['before', 'after'] as const),
    });
    const process: Process = { connection, dispatcher: undefined as never };
    const handler = (request: Request) => this.#handle(new URL(request.url).pathname.slice(1), request.signal);
    process.dispatcher = new Dispatcher(
      {
        database: 'postgres://simulated',
        clock: this.#clock,
        targets: { default: handler },
        pollSeconds: 60,
        logger: silentLogger,
      },
      connection.ports(),
    );
    const started = process.dispatcher.start().catch(async () => {
      await process.dispatcher.stop({ deadlineSeconds: 0.001 });
      this.#processes.splice(this.#processes.indexOf(process), 1);
      await this.#begin(); // its supervisor starts another
    });
    this.#processes.push(process);
    await this.#until(started);
  }

  async #replace(process: Process): Promise<void> {
    process.connection.die();
    this.#processes.splice(this.#processes.indexOf(process), 1);
    await this.#until(process.dispatcher.stop({ deadlineSeconds: 0.001 }));
    await this.#begin();
  }

  async #stop(): Promise<void> {
    for (const { dispatcher } of this.#processes) await this.#until(dispatcher.stop({ deadlineSeconds: 60 }));
  }

  /** One attempt reaches its handler. */
  async #handle(id: string, signal: AbortSignal): Promise<Response> {
    const now = this.#clock.now();
    const task = this.#database.tasks.get(id);
    this.#ran.sent += 1;
    this.#note(`send ${id}`);
    if (!task) return this.#wrong(`task ${id} was sent after its end`);
    if (task.due > now) this.#wrong(`task ${id} was sent before it was due`);
    const { name, maxConcurrentRequests } = this.#database.queue(task.queue);
    const underWay = this.#underWay.get(name) ?? new Set();
    this.#underWay.set(name, underWay.add(signal));
    if (underWay.size > maxConcurrentRequests) this.#wrong(`too many of ${name} at a time`);
    signal.addEventListener('abort', () => underWay.delete(signal));
    this.#sentAt.set(name, [...(this.#sentAt.get(name) ?? []), now]);
    return this.#answer(id).finally(() => underWay.delete(signal));
  }

  async #answer(id: string): Promise<Response> {
    const how = this.#dice.weighted({ 200: 70, slow: 15, 500: 6, 503: 1, never: this.#calm ? 0 : 2 });
    if (how === 'never') return new Promise(() => {});
    if (how === 'slow') await this.#clock.sleep(this.#dice.below(5_000));
    const status = how === 'slow' ? 200 : Number(how);
    if (status === 200) this.#succeeded.add(id);
    return new Response(null, { status });
  }

  #wrong(problem: string): Response {
    this.#ran.problems.push(`${this.#clock.now()}: ${problem}`);
    return new Response(null, { status: 200 });
  }

  #judge(): void {
    this.#ran.added = this.#added.size;
    const { tasks, dead } = this.#database;
    for (const id of tasks.keys()) this.#wrong(`task ${id} is still there`);
    for (const id of this.#added) {
      if (!tasks.has(id) && !dead.has(id) && !this.#succeeded.has(id)) this.#wrong(`task ${id} is lost`);
    }
    for (const [name, times] of this.#sentAt) {
      const { rate, bucketSize } = this.#database.queue(name);
      const excess = excessOf(times, rate, bucketSize);
      if (excess > 1) this.#wrong(`queue ${name} was ${excess.toFixed(2)} tasks too fast`);
    }
  }

  /** Advances the clock by `seconds`, from timer to timer, and runs everything that is ready in between. */
  async #pass(seconds: number): Promise<void> {
    const until = this.#clock.now() + seconds * 1000;
    while (this.#clock.now() < until) {
      await settle();
      const left = (until - this.#clock.now()) / 1000;
      this.#clock.advance(Math.min(this.#clock.secondsToNext ?? left, left));
    }
    await settle();
  }

  async #until(done: Promise<unknown>): Promise<void> {
    let over = false;
    void done.finally(() => {
      over = true;
    });
    for (await settle(); !over; await settle()) this.#clock.advance(this.#clock.secondsToNext ?? 0);
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await turn();
}

/** By how many tasks the worst window exceeds burst + rate · window. */
function excessOf(times: number[], rate: number, burst: number): number {
  let most = 0;
  let level = burst;
  let last = 0;
  for (const at of times) {
    level = Math.min(burst, level + ((at - last) / 1000) * rate) - 1;
    last = at;
    most = Math.max(most, -level);
    level = Math.max(level, -burst);
  }
  return most;
}
