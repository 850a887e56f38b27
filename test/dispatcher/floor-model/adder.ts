// Adds tasks: alone, in batches, and in transactions that stay open, roll back to savepoints, or are prepared and
// committed by another session.

import type { Dice } from './dice.ts';
import type { ModelClock, Session } from './session.ts';
import type { Queue, Tasks } from './tasks.ts';

interface Added {
  queue: Queue;
  name: string;
  due: number;
}

let prepared = 0;

export class Adder {
  readonly session: Session;
  readonly #dice: Dice;
  readonly #clock: ModelClock;
  readonly #tasks: Tasks;
  readonly #queues: Queue[];
  /** The tasks of the open transaction; undefined: none is open. */
  #open: Added[] | undefined;
  /** How many of them a rollback to the savepoint keeps. */
  #savepoint: number | undefined;
  /** The name of the prepared transaction. */
  #gid: string | undefined;
  #willPrepare = false;

  constructor(session: Session, dice: Dice, clock: ModelClock, tasks: Tasks, queues: Queue[]) {
    this.session = session;
    this.#dice = dice;
    this.#clock = clock;
    this.#tasks = tasks;
    this.#queues = queues;
  }

  /** Tasks that are not visible yet. */
  get pending(): number {
    return (this.#open?.length ?? 0) + (this.session.stopped ? 1 : 0);
  }

  async step(room: boolean): Promise<string> {
    if (this.session.stopped) return this.#dice.chance(0.4) ? this.#goOn() : 'nothing';
    if (this.#gid) return this.end(this.#dice.chance(0.8));
    if (this.#open === undefined) {
      if (!room) return 'nothing';
      return this.#dice.chance(0.5) ? this.#begin() : this.#add();
    }
    const doing = this.#dice.weighted({ add: 6, savepoint: 1, back: 1, end: 3 });
    if (doing === 'add' && room && this.#open.length < 5) return this.#add();
    if (doing === 'savepoint') return this.#setSavepoint();
    if (doing === 'back' && this.#savepoint !== undefined) return this.#rollBackTo(this.#savepoint);
    if (this.#willPrepare) return this.#prepare();
    return this.end(this.#dice.chance(0.8));
  }

  /** Ends an open or prepared transaction, if there is one. */
  async end(commits: boolean): Promise<string> {
    if (this.session.stopped) await this.#goOn();
    if (this.#open === undefined) return 'nothing';
    const verb = commits ? 'commit' : 'rollback';
    await this.session.client.query(this.#gid ? `${verb} prepared '${this.#gid}'` : verb);
    if (commits) for (const { queue, name, due } of this.#open) this.#tasks.add(queue, name, due);
    this.#open = undefined;
    this.#gid = undefined;
    return verb;
  }

  async #goOn(): Promise<string> {
    await this.session.goOn();
    return 'goes on';
  }

  async #begin(): Promise<string> {
    await this.session.client.query('begin');
    this.#open = [];
    this.#savepoint = undefined;
    this.#willPrepare = this.#dice.chance(0.2);
    return 'begin';
  }

  async #setSavepoint(): Promise<string> {
    await this.session.client.query('savepoint s');
    this.#savepoint = this.#open?.length;
    return 'savepoint';
  }

  async #rollBackTo(length: number): Promise<string> {
    await this.session.client.query('rollback to savepoint s');
    this.#open?.splice(length);
    return 'rollback to savepoint';
  }

  async #prepare(): Promise<string> {
    this.#gid = `floor-model-${process.pid}-${prepared++}`;
    await this.session.client.query(`prepare transaction '${this.#gid}'`);
    return 'prepare';
  }

  async #add(): Promise<string> {
    const queue = this.#dice.pick(this.#queues);
    const stopAt = this.#dice.chance(0.4) ? 1 + this.#dice.below(4) : 0;
    const batch = this.#open === undefined && this.#dice.chance(0.15);
    const work = batch ? () => this.#addBatch(queue, 1 + this.#dice.below(8)) : () => this.#addOne(queue);
    await this.session.run(work, stopAt);
    return `add${batch ? ' a batch' : ''} to ${queue.name}${this.session.stopped ? ', stopped' : ''}`;
  }

  async #addBatch(queue: Queue, n: number): Promise<void> {
    const task = queue.mode === 'pull' ? { payload: 'x' } : { url: '/x', payload: 'x' };
    const { rows } = await this.session.client.query(
      'select name, eta from taskqueue.add_tasks($1, $2, transactional => false)',
      [queue.name, JSON.stringify(Array(n).fill(task))],
    );
    this.#added(queue, rows);
  }

  async #addOne(queue: Queue): Promise<void> {
    const when = this.#dice.weighted({ now: 8, countdown: 2, past: 4, ahead: 1 });
    const countdown = when === 'countdown' ? this.#dice.below(3000) / 1000 : null;
    const away = when === 'past' ? -this.#dice.below(60_000) : this.#dice.below(60_000);
    const eta = when === 'past' || when === 'ahead' ? new Date(this.#clock.now + away) : null;
    const what = queue.mode === 'pull' ? `payload => 'x'` : `url => '/x', payload => 'x', dispatch_deadline => $5`;
    const deadline = this.#dice.chance(0.5) ? 15 : null;
    const { rows } = await this.session.client.query(
      `select name, eta from taskqueue.add($1, ${what}, countdown => $2, eta => $3, wake => $4)`,
      [queue.name, countdown, eta, !this.#willPrepare, ...(queue.mode === 'push' ? [deadline] : [])],
    );
    this.#added(queue, rows);
  }

  #added(queue: Queue, rows: { name: string; eta: Date }[]): void {
    for (const { name, eta } of rows) {
      if (this.#open) this.#open.push({ queue, name, due: eta.getTime() });
      else this.#tasks.add(queue, name, eta.getTime());
    }
  }
}
