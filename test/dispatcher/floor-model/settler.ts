// The operations on leased tasks, by their holders and by operators.

import type { Dice } from './dice.ts';
import type { ModelClock, Session } from './session.ts';
import type { Task, Tasks } from './tasks.ts';

/** Over, purged or paused meanwhile; the last: leased again by a call that stays open. */
const REFUSED = ['TQ010', 'TQ011', 'TQ014', 'TQ025', 'TQ026', '55P03'];

export class Settler {
  readonly session: Session;
  readonly #dice: Dice;
  readonly #clock: ModelClock;
  readonly #tasks: Tasks;

  constructor(session: Session, dice: Dice, clock: ModelClock, tasks: Tasks) {
    this.session = session;
    this.#dice = dice;
    this.#clock = clock;
    this.#tasks = tasks;
  }

  async step(): Promise<string> {
    if (this.session.stopped) {
      await this.end();
      return 'goes on';
    }
    const held = this.#tasks.leased();
    if (held.length === 0) return 'nothing';
    const task = this.#dice.pick(held);
    return task.queue.mode === 'pull' ? this.#settleLease(task) : this.#settleClaim(task);
  }

  async end(): Promise<void> {
    if (this.session.stopped) await this.session.goOn();
  }

  async requeue(): Promise<string> {
    const free = [...this.#tasks.dead].filter(([, { locked }]) => !locked);
    if (this.session.stopped || free.length === 0) return 'nothing';
    const [name, grave] = this.#dice.pick(free);
    grave.locked = true;
    const work = async () => {
      const { rows } = await this.#query('select name, eta from taskqueue.requeue_task($1, $2)', [
        grave.queue.name,
        name,
      ]);
      this.#tasks.dead.delete(name);
      for (const { eta } of rows) this.#tasks.add(grave.queue, name, eta.getTime());
    };
    await this.session.run(work, this.#dice.chance(0.5) ? 1 + this.#dice.below(2) : 0);
    return `requeue ${name}${this.session.stopped ? ', stopped' : ''}`;
  }

  #settleLease(task: Task): Promise<string> {
    const call = [task.queue.name, task.name, task.token];
    return this.#settle(this.#dice.weighted({ delete: 4, release: 2, modify: 3 }), task, async (doing) => {
      if (doing === 'delete') {
        const { rows } = await this.#query('select taskqueue.delete_task($1, $2, $3) as deleted', call);
        if (rows[0]?.deleted) this.#tasks.remove(task);
        return;
      }
      const seconds = doing === 'release' ? 0 : this.#dice.pick([0.5, 2, 20, 7 * 86_400]);
      const { rows } = await this.#query('select eta from taskqueue.modify_task_lease($1, $2, $3, $4)', [
        ...call,
        seconds,
      ]);
      for (const { eta } of rows) {
        task.may = eta.getTime();
        task.must = Math.max(task.may, this.#clock.now + seconds * 1000);
        if (seconds === 0) task.token = undefined;
      }
    });
  }

  #settleClaim(task: Task): Promise<string> {
    const call = [task.queue.name, [task.id], [task.token]];
    const began = this.#clock.now;
    return this.#settle(this.#dice.weighted({ complete: 3, release: 2, fail: 4 }), task, async (doing) => {
      if (doing === 'complete') {
        const { rows } = await this.#query('select taskqueue.complete_tasks($1, $2, $3)', call);
        if (rows.length > 0) this.#tasks.remove(task); // none: it was claimed again while this call had stopped
      } else if (doing === 'release') {
        const { rows } = await this.#query('select taskqueue.release_tasks($1, $2, $3) as released', call);
        if (Number(rows[0]?.released) === 0) return;
        const attempts = Math.max(task.attempts - 1, 0);
        Object.assign(task, { may: 0, must: Math.max(began, this.#clock.now), token: undefined, attempts });
      } else {
        const { rows } = await this.#query(
          `select outcome, eta from taskqueue.fail_task($1, $2, $3, 500, 'App Error', true, false)`,
          [task.queue.name, task.id, task.token],
        );
        const [{ outcome, eta }] = rows;
        if (outcome === 'dead') this.#tasks.bury(task);
        if (outcome === 'retry') Object.assign(task, { may: eta.getTime(), must: eta.getTime(), token: undefined });
      }
    });
  }

  async #settle<Doing extends string>(
    doing: Doing,
    task: Task,
    work: (doing: Doing) => Promise<void>,
  ): Promise<string> {
    task.holders += 1;
    const stopAt = this.#dice.chance(0.4) ? 1 + this.#dice.below(4) : 0;
    await this.session.run(
      () =>
        work(doing).finally(() => {
          task.holders -= 1;
        }),
      stopAt,
    );
    return `${doing} ${task.name}${this.session.stopped ? ', stopped' : ''}`;
  }

  /** No rows: rejected, because the lease has expired or the task is gone. */
  async #query(text: string, values: unknown[]) {
    return this.session.client.query(text, values).catch((error) => {
      if (REFUSED.includes(error.code)) return { rows: [] };
      throw error;
    });
  }
}
