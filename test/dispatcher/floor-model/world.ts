// One run of the model: a database of two queues, the actors on them, and a driver that lets one actor take one step at
// a time.

import type pg from 'pg';
import type { TestDatabase } from '../../support/db.ts';
import { Adder } from './adder.ts';
import { Consumer } from './consumer.ts';
import { Dice } from './dice.ts';
import { ModelClock, Session } from './session.ts';
import { Settler } from './settler.ts';
import { realTick, SteppedFloorLoop, type Tick } from './stepped-floor-loop.ts';
import { type Queue, RETRY, Tasks, Violation } from './tasks.ts';

export interface Run {
  seed: number;
  steps: number;
  weights?: Weights | undefined;
  /** The number of enqueuers: 1 … 3, default 3. Each one that is open keeps floors from rising. */
  adders?: number | undefined;
  /** The tick of the floor loop; none: no dispatcher runs. */
  tick?: Tick | 'none' | undefined;
}

/** The actions and their weights. */
export const EVERYTHING = {
  adds: 35,
  takes: 22,
  settles: 22,
  keeps: 60,
  'time passes': 25,
  'clock is set': 2,
  'a floor loop dies': 1,
  sweeps: 1,
  purges: 1,
  'pauses or resumes': 2,
  deletes: 3,
  'asks to run': 3,
  requeues: 3,
  cleans: 2,
};

export type Weights = typeof EVERYTHING;

/** Only enqueuers and the floor loop: where most of the races are. */
export const ADDING: Weights = {
  ...EVERYTHING,
  ...{ takes: 0, settles: 0, 'clock is set': 0, purges: 0, 'pauses or resumes': 0, requeues: 0, 'asks to run': 0 },
};

/** Sessions and clock are created once; every run has queues of its own. */
export class SharedSessions {
  readonly database: TestDatabase;
  readonly clock: ModelClock;
  readonly control: pg.Client;
  readonly sessions: Session[];

  private constructor(database: TestDatabase, clock: ModelClock, control: pg.Client, sessions: Session[]) {
    this.database = database;
    this.clock = clock;
    this.control = control;
    this.sessions = sessions;
  }

  static async of(database: TestDatabase): Promise<SharedSessions> {
    const clock = await ModelClock.install(database);
    await database.pool.query('alter table taskqueue._tasks set (autovacuum_enabled = false)'); // it would be an open writer
    const control = await database.client();
    await control.query(`set lock_timeout = '5s'`); // the driver must not wait for the sessions that it drives
    const sessions: Session[] = [];
    for (let i = 0; i < 9; i++) sessions.push(await Session.open(database, control));
    return new SharedSessions(database, clock, control, sessions);
  }

  /** Replaces a session that was killed. */
  async replace(gone: Session): Promise<Session> {
    const session = await Session.open(this.database, this.control);
    this.sessions.splice(this.sessions.indexOf(gone), 1, session);
    return session;
  }
}

let runs = 0;

export class World {
  readonly tasks: Tasks;
  readonly floorLoops: SteppedFloorLoop[];
  /** What happened, in order. */
  readonly log: string[] = [];
  readonly #shared: SharedSessions;
  readonly #dice: Dice;
  readonly #clock: ModelClock;
  readonly #queues: Queue[];
  readonly #adders: Adder[];
  readonly #consumers: Consumer[];
  readonly #settlers: Settler[];
  readonly #steps: number;
  readonly #weights: Weights;
  /** Most tasks that may exist. */
  readonly #room: number;
  /** The clock may be set back by more than a floor loop tolerates. */
  readonly #setsBack: boolean;

  constructor(shared: SharedSessions, { seed, steps, weights = EVERYTHING, adders = 3, tick = realTick }: Run) {
    const dice = new Dice(seed);
    this.#shared = shared;
    this.#dice = dice;
    this.#clock = shared.clock;
    this.#clock.latest = this.#clock.now; // the queues are new: clock steps of earlier runs do not matter
    this.#steps = steps;
    this.#weights = tick === 'none' ? { ...weights, keeps: 0, 'a floor loop dies': 0 } : weights;
    this.tasks = new Tasks(shared.clock);
    runs += 1;
    this.#queues = (['pull', 'push'] as const).map((mode) => ({ name: `model-${runs}-${mode}`, mode, paused: false }));
    this.#room = dice.pick([1, 4, 20]);
    this.#setsBack = dice.chance(0.2);
    const [a, b, c, d, e, f, g, ...floorLoops] = shared.sessions as [
      Session,
      Session,
      Session,
      Session,
      Session,
      Session,
      Session,
    ];
    this.#adders = [a, b, c]
      .slice(0, adders)
      .map((session) => new Adder(session, dice, shared.clock, this.tasks, this.#queues));
    this.#consumers = [d, e].map((session) => new Consumer(session, dice, shared.clock, this.tasks));
    this.#settlers = [f, g].map((session) => new Settler(session, dice, shared.clock, this.tasks));
    const names = this.#queues.map(({ name }) => name);
    this.floorLoops =
      tick === 'none'
        ? []
        : (floorLoops as Session[])
            .slice(0, 1 + dice.below(2))
            .map((session) => new SteppedFloorLoop(session, dice, this.tasks, names, tick));
  }

  /** @throws Violation with the history, if a task was stranded or handed out early */
  async live(): Promise<void> {
    const [pull, push] = this.#queues as [Queue, Queue];
    await this.#query(`select from taskqueue.create_queue($1, mode => 'pull')`, pull.name);
    await this.#query(
      `select from taskqueue.create_queue($1, rate => '500/s', bucket_size => 500, retry => $2)`,
      push.name,
      JSON.stringify(RETRY),
    );
    try {
      for (let step = 0; step < this.#steps; step++) {
        const happened = await this.#happen();
        if (happened.endsWith('nothing')) continue;
        this.log.push(happened);
        await this.#check();
      }
      await this.#end();
      for (const ms of [0, 1000, 60_000, 3_600_000, 8 * 86_400_000]) {
        await this.#clock.move(ms);
        this.log.push(`the end, ${ms} ms later`);
        await this.#check();
      }
    } catch (error) {
      if (!(error instanceof Violation)) throw new Error(this.#explain(error), { cause: error });
      throw new Violation(this.#explain(error));
    } finally {
      await this.#end();
    }
  }

  /** Milliseconds since 1970. */
  async floors(): Promise<number[]> {
    const names = this.#queues.map(({ name }) => name);
    const rows = await this.#query(
      'select extract(epoch from taskqueue._floor(q.id))::double precision * 1000 as ms from taskqueue._queues as q where q.name = any ($1)',
      names,
    );
    return rows.map(({ ms }) => ms);
  }

  #explain(error: unknown): string {
    return `${error instanceof Error ? error.message : error}\n${this.log.slice(-40).join('\n')}`;
  }

  async #query(text: string, ...values: unknown[]) {
    return (await this.#shared.control.query(text, values)).rows;
  }

  async #happen(): Promise<string> {
    const what = this.#dice.weighted(this.#weights);
    const queue = this.#dice.pick(this.#queues);
    const doing = { ...this.#actions, ...this.#interventions }[what];
    return `${what}: ${await doing(queue)}`;
  }

  readonly #actions = {
    adds: () => {
      const pending = this.#adders.reduce((sum, adder) => sum + adder.pending, 0);
      return this.#dice.pick(this.#adders).step(pending + this.tasks.live.size < this.#room);
    },
    takes: (queue: Queue) => this.#dice.pick(this.#consumers).step(queue, this.#isHeldUp(queue)),
    settles: () => this.#dice.pick(this.#settlers).step(),
    requeues: () => this.#dice.pick(this.#settlers).requeue(),
    keeps: async () => {
      if (this.floorLoops.length === 0) return 'nobody';
      const floorLoop = this.#dice.below(this.floorLoops.length);
      return `${floorLoop} ${await this.floorLoops[floorLoop]?.step()}`;
    },
    'a floor loop dies': async () => {
      if (this.floorLoops.length === 0) return 'nobody';
      const floorLoop = this.#dice.pick(this.floorLoops);
      await floorLoop.die(() => this.#shared.replace(floorLoop.session));
      return 'died';
    },
    'time passes': async () => {
      const ms = this.#dice.pick([1, 50, 300, 1000, 3000]);
      await this.#clock.move(ms);
      return `${ms} ms`;
    },
    'clock is set': async () => {
      const back = Math.max(this.#clock.latest - 100 - this.#clock.now, -80);
      const steps = this.#setsBack ? [-1000, -3_600_000, 1000, 3_600_000] : [back, 1000, 3_600_000];
      const ms = this.#dice.pick(steps);
      await this.#clock.move(ms);
      return `${ms} ms`;
    },
  };

  readonly #interventions = {
    sweeps: async ({ name }: Queue) => {
      await this.#query('select taskqueue.sweep_queue($1)', name);
      return name;
    },
    purges: async (queue: Queue) => {
      if (this.#isHeldUp(queue)) return 'nothing';
      await this.#query('select taskqueue.purge_queue($1)', queue.name);
      this.tasks.purge(queue);
      return queue.name;
    },
    cleans: async ({ name }: Queue) => {
      await this.#query('select taskqueue.clean_purged($1)', name);
      return name;
    },
    'pauses or resumes': async (queue: Queue) => {
      await this.#query(`select from taskqueue.${queue.paused ? 'resume' : 'pause'}_queue($1)`, queue.name);
      queue.paused = !queue.paused;
      return queue.name;
    },
    deletes: async (queue: Queue) => {
      const free = this.tasks.of(queue).filter((task) => this.tasks.isFree(task));
      if (free.length === 0 || this.tasks.walking > 0) return 'nothing'; // a stopped walk may have locked its row
      const task = this.#dice.pick(free);
      await this.#query('select taskqueue.delete_task($1, $2)', queue.name, task.name);
      this.tasks.remove(task);
      return task.name;
    },
    'asks to run': async (queue: Queue) => {
      const [task] = this.tasks.of(queue).filter(({ holders }) => holders === 0);
      if (queue.mode === 'pull' || task === undefined || this.#isHeldUp(queue)) return 'nothing';
      await this.#query('select taskqueue.run_task($1, $2)', queue.name, task.name);
      return task.name;
    },
  };

  #isHeldUp(queue: Queue): boolean {
    return this.#consumers.some((consumer) => consumer.holdsUp(queue));
  }

  /** The tasks that a lease or claim of everything would find now; it is rolled back. */
  async #check(): Promise<void> {
    for (const queue of this.#queues) {
      if (this.#setsBack) await this.#query('select taskqueue.sweep_queue($1)', queue.name);
      if (queue.paused) continue;
      await this.#query('begin');
      const call = queue.mode === 'pull' ? 'lease_tasks($1, 60, 1000)' : 'claim_tasks($1, 1000)';
      const found = await this.#query(`select name from taskqueue.${call}`, queue.name);
      await this.#query('rollback');
      this.tasks.compare(
        queue,
        found.map(({ name }) => name),
      );
    }
  }

  /** Lets every actor finish its open work. */
  async #end(): Promise<void> {
    for (const queue of this.#queues.filter(({ paused }) => paused))
      await this.#interventions['pauses or resumes'](queue);
    for (const floorLoop of this.floorLoops) while (floorLoop.session.stopped) await floorLoop.step();
    for (const settler of this.#settlers) await settler.end();
    for (const consumer of this.#consumers) await consumer.end(true);
    for (const adder of this.#adders) await adder.end(true);
  }
}
