// Leases and claims tasks, in transactions that may stay open or roll back.

import type { Dice } from './dice.ts';
import type { ModelClock, Session } from './session.ts';
import type { Queue, Task, Tasks } from './tasks.ts';

interface Taken {
  task: Task;
  token: string;
  id?: string;
  may: number;
  must: number;
  /** A forced run does not count as an attempt. */
  attempts: number;
}

const DAY = 86_400;

export class Consumer {
  readonly session: Session;
  readonly #dice: Dice;
  readonly #clock: ModelClock;
  readonly #tasks: Tasks;
  #open: { queue: Queue; taken: Taken[] } | undefined;
  /** The call has stopped midway. */
  #late = false;
  #forces: Queue | undefined;
  /** A lease call has stopped midway. */
  #leases = false;

  constructor(session: Session, dice: Dice, clock: ModelClock, tasks: Tasks) {
    this.session = session;
    this.#dice = dice;
    this.#clock = clock;
    this.#tasks = tasks;
  }

  /** A forced claim of the queue has stopped midway, holding rows that a purge and run_task wait for. */
  holdsUp(queue: Queue): boolean {
    return this.session.stopped && this.#forces === queue;
  }

  /** @param heldUp by another consumer (holdsUp): a queue has one leader, so no two consumers claim its forced runs */
  async step(queue: Queue, heldUp: boolean): Promise<string> {
    if (this.session.stopped) {
      await this.#goOn();
      return 'goes on';
    }
    if (this.#open) return this.end(this.#dice.chance(0.7));
    if (queue.paused && queue.mode === 'pull') return 'nothing';
    const forced = queue.mode === 'push' && this.#dice.chance(0.2);
    if (forced && heldUp) return 'nothing';
    const stopAt = this.#dice.chance(0.15) ? 1 + this.#dice.below(3) : 0;
    const open = stopAt === 0 && !forced && this.#dice.chance(0.2); // a forced claim would make a purge wait
    if (open) await this.session.client.query('begin');
    const began = this.#clock.now;
    this.#late = stopAt > 0;
    this.#forces = forced ? queue : undefined;
    await this.session.run(async () => {
      const taken = await (queue.mode === 'pull' ? this.#lease(queue, began) : this.#claim(queue, forced, began));
      if (open) {
        for (const { task } of taken) task.holders += 1;
        this.#open = { queue, taken };
      } else await this.#apply(queue, taken);
    }, stopAt);
    this.#leases = this.session.stopped && queue.mode === 'pull';
    if (this.#leases) this.#tasks.leasing += 1;
    if (open && queue.mode === 'pull') this.#tasks.moving += 1;
    const stays = this.session.stopped ? ', stopped' : open ? ', stays open' : '';
    return `${forced ? 'forced ' : ''}take from ${queue.name}${stays}`;
  }

  async #goOn(): Promise<void> {
    if (this.#leases) this.#tasks.leasing -= 1;
    this.#leases = false;
    await this.session.goOn();
  }

  async end(commits: boolean): Promise<string> {
    if (this.session.stopped) await this.#goOn();
    if (this.#open === undefined) return 'nothing';
    const { queue, taken } = this.#open;
    await this.session.client.query(commits ? 'commit' : 'rollback');
    this.#open = undefined;
    if (queue.mode === 'pull') this.#tasks.moving -= 1;
    for (const { task } of taken) task.holders -= 1;
    if (commits) await this.#apply(queue, taken);
    return commits ? 'commit' : 'rollback';
  }

  async #lease(queue: Queue, began: number): Promise<Taken[]> {
    const seconds = this.#dice.pick([0, 0.5, 1, 3, 10, 60, 7 * DAY]);
    const { rows } = await this.session.client.query(
      `select name, lease_token, eta from taskqueue.lease_tasks($1, $2, $3)`,
      [queue.name, seconds, 1 + this.#dice.below(4)],
    );
    return rows.flatMap(({ name, lease_token, eta }) => {
      const task = this.#tasks.take(name, this.#late, began);
      if (task === undefined) return [];
      const ends = eta.getTime();
      return { task, token: lease_token, may: ends, must: ends, attempts: 1 };
    });
  }

  async #claim(queue: Queue, forced: boolean, began: number): Promise<Taken[]> {
    const { rows } = await this.session.client.query(
      `select id, name, lease_token, dispatch_deadline as deadline from taskqueue.claim${forced ? '_forced' : ''}_tasks($1, $2)`,
      [queue.name, 1 + this.#dice.below(4)],
    );
    return rows.flatMap(({ id, name, lease_token, deadline }) => {
      const task = forced ? this.#tasks.live.get(name) : this.#tasks.take(name, this.#late, began);
      if (task === undefined) return [];
      const lasts = (deadline + 30) * 1000;
      return {
        task,
        id,
        token: lease_token,
        may: Math.min(began, this.#clock.now) + lasts,
        must: Math.max(began, this.#clock.now) + lasts,
        attempts: forced ? 0 : 1,
      };
    });
  }

  async #apply(queue: Queue, taken: Taken[]): Promise<void> {
    for (const { task, attempts, ...lease } of taken)
      Object.assign(task, lease, { attempts: task.attempts + attempts });
    if (queue.mode === 'push') await this.#findBuried(queue);
  }

  /** A claim buries tasks whose last attempt was lost. */
  async #findBuried(queue: Queue): Promise<void> {
    const { rows } = await this.session.client.query('select name from taskqueue.dead_tasks where queue = $1', [
      queue.name,
    ]);
    for (const { name } of rows) {
      const task = this.#tasks.live.get(name);
      if (task?.holders === 0) this.#tasks.bury(task);
    }
  }
}
