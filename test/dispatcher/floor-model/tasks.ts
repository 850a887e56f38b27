// The model: the state of every task, and the tasks that a lease or claim must find.

import type { ModelClock } from './session.ts';

export interface Queue {
  name: string;
  mode: 'push' | 'pull';
  paused: boolean;
}

export interface Task {
  queue: Queue;
  name: string;
  /** Must not be handed out before this time, in milliseconds. */
  may: number;
  /** Must be handed out from this time. Later than `may` if a call read the clock twice. */
  must: number;
  attempts: number;
  /** The token of the last lease, until it is settled. */
  token?: string | undefined;
  /** For a dispatch. */
  id?: string;
  /** How many open or stopped statements hold it: its state is undecided. */
  holders: number;
}

/** Number of failures after which a task of the push queue is dead. */
export const RETRY = { task_retry_limit: 3, min_backoff_seconds: 0.25, max_backoff_seconds: 4, max_doublings: 8 };

export class Violation extends Error {}

export class Tasks {
  readonly live = new Map<string, Task>();
  /** By name; true: a statement holds it. */
  readonly dead = new Map<string, { queue: Queue; locked: boolean }>();
  /** A floor loop has stopped in its walk: it may have locked any leased row. */
  walking = 0;
  /** Lease calls that have stopped midway: they may have locked any row of the pull queue. */
  leasing = 0;
  /** Lease calls that are not committed yet: they may have locked any leased row of the pull queue. */
  moving = 0;
  handedOut = 0;
  readonly #purged = new Set<string>();
  readonly #clock: ModelClock;

  constructor(clock: ModelClock) {
    this.#clock = clock;
  }

  add(queue: Queue, name: string, due: number): void {
    this.live.set(name, { queue, name, may: due, must: due, attempts: 0, holders: 0 });
  }

  /** True if this object is the current state of the task. A purge may have come in between. */
  has(task: Task): boolean {
    return this.live.get(task.name) === task;
  }

  remove(task: Task): void {
    if (this.has(task)) this.live.delete(task.name);
  }

  bury(task: Task): void {
    this.remove(task);
    this.dead.set(task.name, { queue: task.queue, locked: false });
  }

  purge(queue: Queue): void {
    for (const task of this.of(queue)) {
      this.live.delete(task.name);
      this.#purged.add(task.name);
    }
  }

  of(queue: Queue): Task[] {
    return [...this.live.values()].filter((task) => task.queue === queue);
  }

  /** True if no stopped or uncommitted call has locked its row. */
  isFree({ holders, queue, token }: Task): boolean {
    if (holders > 0) return false;
    const isLeased = token !== undefined;
    if (queue.mode === 'pull' && (this.leasing > 0 || (isLeased && this.moving > 0))) return false;
    return !isLeased || this.walking === 0;
  }

  leased(): Task[] {
    return [...this.live.values()].filter((task) => task.token !== undefined && this.isFree(task));
  }

  /** True if a claim finds and buries it, because its last attempt was lost. */
  isSpent(task: Task): boolean {
    return task.queue.mode === 'push' && task.token !== undefined && task.attempts > RETRY.task_retry_limit;
  }

  /**
   * A name that a lease or claim has handed out. A call that began before a purge may hand out a purged task:
   * undefined. One that read the clock before it was set back uses the time that it read.
   */
  take(name: string, beganBeforePurge = false, began = this.#clock.now): Task | undefined {
    const task = this.live.get(name);
    if (task === undefined && beganBeforePurge && this.#purged.has(name)) return undefined;
    if (task === undefined) throw new Violation(`${name} was handed out, and is no task`);
    const early = task.may - Math.max(began, this.#clock.now);
    if (early > 0) {
      const why = task.token === undefined ? 'due' : 'free';
      throw new Violation(`${name} was handed out ${early} ms before it was ${why}`);
    }
    this.handedOut += 1;
    return task;
  }

  /**
   * By ETA: after all tasks that were due when a task was released or its lease expired. For a lost one, the time when
   * the loss was noticed is unknown.
   */
  #compareOrder(names: string[]): void {
    const tasks = names.map((name) => this.live.get(name) as Task).filter(({ holders }) => holders === 0);
    let latest: Task | undefined;
    for (const task of tasks) {
      if (latest && task.token === undefined && task.must < latest.may)
        throw new Violation(
          `${latest.name} was handed out before ${task.name}, which was due ${latest.may - task.must} ms before`,
        );
      if (latest === undefined || task.may > latest.may) latest = task;
    }
  }

  /** Records the tasks that a lease or claim of everything found. */
  compare(queue: Queue, names: string[]): void {
    const found = new Set(names);
    if (found.size < names.length) throw new Violation(`a task of ${queue.name} was handed out twice in one call`);
    for (const name of names) this.take(name);
    const behind = this.#clock.now < this.#clock.latest; // a due time from before may be ahead
    if (behind) return;
    if (queue.mode === 'pull') this.#compareOrder(names);
    for (const task of this.of(queue)) {
      const waits = !this.isFree(task) || this.isSpent(task);
      if (!waits && task.must <= this.#clock.now && !found.has(task.name)) {
        const since = `${this.#clock.now - task.must} ms`;
        throw new Violation(`${task.name} is stranded: it has been ready for ${since}, and no call finds it`);
      }
    }
  }
}
