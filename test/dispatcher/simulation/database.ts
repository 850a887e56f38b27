// The database of a simulation, in memory, behind the interface that dispatchers use for the real one: the SQL side of
// claiming, settling, leading and doorbells, statement by statement, on a clock that the simulation moves. Each
// statement takes effect at one moment.

import type { ClaimedDispatch } from '../../../src/dispatcher/database/ports.ts';
import type { Claimer, DispatcherQueue } from '../../../src/domain/queue.ts';
import type { FailureReport } from '../../../src/store/outcomes.ts';
import { aDispatch } from '../a-dispatch.ts';

export interface Retry {
  limit: number | null;
  age: number | null;
  min: number;
  max: number;
  doublings: number;
}

export interface SimulatedQueue {
  id: number;
  name: string;
  rate: number;
  bucketSize: number;
  maxConcurrentRequests: number;
  retry: Retry;
}

export interface SimulatedTask {
  id: string;
  queue: string;
  due: number;
  attempts: number;
  executions: number;
  leasedUntil: number;
  leasedAt: number;
  claimer: number;
  token: string | null;
  firstAttempt: number | null;
  lastStatus: number | null;
}

const DEADLINE_SECONDS = 15;
const LEASE_MS = (DEADLINE_SECONDS + 30) * 1000;

export class SimulatedDatabase {
  readonly queues: SimulatedQueue[];
  readonly tasks = new Map<string, SimulatedTask>();
  readonly dead = new Set<string>();
  /** The session that leads each queue, and the one that holds its doorbell, by queue id. */
  readonly leaders = new Map<number, object>();
  readonly bells = new Map<number, object>();
  readonly sessions = new Set<{ number: number; resigned: boolean }>();
  readonly #now: () => number;
  readonly #ring: (queueId: number) => void;
  readonly #noted = new Map<string, { at: number; enforced: number | null }>();
  readonly #note: (text: string) => void;
  #ids = 0;
  #tokens = 0;

  constructor(
    queues: SimulatedQueue[],
    now: () => number,
    ring: (queueId: number) => void,
    note: (text: string) => void,
  ) {
    this.queues = queues;
    this.#now = now;
    this.#ring = ring;
    this.#note = note;
  }

  add(queue: string, delayMs: number): SimulatedTask {
    const id = String(++this.#ids);
    const task = {
      id,
      queue,
      due: this.#now() + delayMs,
      attempts: 0,
      executions: 0,
      leasedUntil: -Infinity,
      leasedAt: 0,
      claimer: 0,
    };
    const added = { ...task, token: null, firstAttempt: null, lastStatus: null };
    this.tasks.set(id, added);
    this.#note(`add ${queue} ${id}`);
    if (this.bells.has(this.queue(queue).id)) this.#ring(this.queue(queue).id);
    return added;
  }

  queue(name: string): SimulatedQueue {
    return this.queues.find((queue) => queue.name === name) as SimulatedQueue;
  }

  held(queue: string): SimulatedTask[] {
    return this.#of(queue).filter(({ leasedUntil }) => leasedUntil > this.#now());
  }

  dispatcherQueues(number: number): DispatcherQueue[] {
    return this.queues.map(({ retry: _, ...queue }) => ({
      ...queue,
      mode: 'push',
      running: true,
      purged: false,
      rateSince: '0',
      others: this.#others(queue.name, number),
      enforcedRate: this.#enforced(queue.name),
      restedSeconds: this.#restedSeconds(queue.name),
    }));
  }

  claim(queue: string, most: number, claimer: number): ClaimedDispatch[] {
    const now = this.#now();
    const { retry } = this.queue(queue);
    const due = this.#of(queue).filter((task) => task.due <= now && task.leasedUntil <= now);
    const chosen = due.sort((a, b) => a.due - b.due || Number(a.id) - Number(b.id)).slice(0, most);
    const token = `token-${++this.#tokens}`;
    return chosen.flatMap((task) => {
      const lost = task.token !== null;
      if (lost && !mayRetry(retry, task.attempts, now - (task.firstAttempt ?? now))) {
        this.#bury(task);
        return [];
      }
      const lastStatus = lost ? 0 : task.lastStatus;
      const firstAttempt = task.firstAttempt ?? now;
      const leased = {
        token,
        lastStatus,
        firstAttempt,
        attempts: task.attempts + 1,
        leasedUntil: now + LEASE_MS,
        leasedAt: now,
        claimer,
      };
      Object.assign(task, leased);
      this.#note(`claim ${queue} ${task.id} attempt ${task.attempts}`);
      return [this.#dispatch(task)];
    });
  }

  complete(ids: { id: string; leaseToken: string }[]): string[] {
    const done = ids.filter(({ id, leaseToken }) => this.tasks.get(id)?.token === leaseToken).map(({ id }) => id);
    for (const id of done) this.tasks.delete(id);
    if (done.length > 0) this.#note(`complete ${done.join(' ')}`);
    return done;
  }

  fail({ id, leaseToken, status, responded, retryAfter = 0 }: FailureReport): 'retry' | 'dead' | 'stale' {
    const task = this.tasks.get(id);
    if (task?.token !== leaseToken) return 'stale';
    const now = this.#now();
    const { retry } = this.queue(task.queue);
    task.executions += Number(responded);
    task.lastStatus = status;
    if (!mayRetry(retry, task.attempts, now - (task.firstAttempt ?? now))) {
      this.#bury(task);
      return 'dead';
    }
    Object.assign(task, {
      token: null,
      leasedUntil: -Infinity,
      due: now + Math.max(backoffMs(retry, task.attempts), retryAfter * 1000),
    });
    this.#note(`fail ${id} ${status}, due ${task.due}`);
    return 'retry';
  }

  release(leases: { id: string; leaseToken: string }[], delaySeconds: number): number {
    const now = this.#now();
    const ours = leases.map(({ id, leaseToken }) => ({ task: this.tasks.get(id), leaseToken }));
    for (const { task, leaseToken } of ours) {
      if (task?.token !== leaseToken) continue;
      const due = delaySeconds > 0 ? now + delaySeconds * 1000 : Math.min(task.due, now);
      const firstAttempt = task.attempts > 1 ? task.firstAttempt : null;
      Object.assign(task, { due, firstAttempt, token: null, leasedUntil: -Infinity, attempts: task.attempts - 1 });
      this.#note(`release ${task.id}`);
      if (this.bells.has(this.queue(task.queue).id)) this.#ring(this.queue(task.queue).id);
    }
    return ours.length;
  }

  msToDue(queue: string): number {
    const now = this.#now();
    const free = this.#of(queue).filter(({ due, leasedUntil }) => leasedUntil <= Math.max(due, now));
    const first = Math.min(...free.map(({ due }) => due));
    if (first <= now) return first - now;
    const ends = this.#of(queue)
      .filter(({ due }) => due <= now)
      .map(({ leasedUntil }) => leasedUntil);
    return Math.min(first, ...ends) - now;
  }

  record(queue: string, enforced: number | null): void {
    this.#noted.set(queue, { at: this.#now(), enforced });
  }

  /** Releases everything that a session held. */
  end(session: { number: number; resigned: boolean }): void {
    this.sessions.delete(session);
    this.letGo(session);
  }

  letGo(session: object): void {
    for (const held of [this.leaders, this.bells]) {
      for (const [id, holder] of held) if (holder === session) held.delete(id);
    }
  }

  #of(queue: string): SimulatedTask[] {
    return [...this.tasks.values()].filter((task) => task.queue === queue);
  }

  #others(queue: string, number: number): Claimer[] {
    const others = this.held(queue).filter(({ claimer }) => claimer !== number);
    const connected = new Set([...this.sessions].map((session) => session.number));
    return [...Map.groupBy(others, ({ claimer }) => claimer)].map(([claimer, tasks]) => ({
      claimer,
      held: tasks.length,
      connected: connected.has(claimer),
    }));
  }

  #bury(task: SimulatedTask): void {
    this.tasks.delete(task.id);
    this.dead.add(task.id);
    this.#note(`bury ${task.id} after ${task.attempts}`);
  }

  #enforced(queue: string): number {
    const { rate } = this.queue(queue);
    const noted = this.#noted.get(queue);
    if (!noted || noted.enforced === null) return rate;
    return Math.min(rate, noted.enforced + (rate / 10) * Math.floor((this.#now() - noted.at) / 10_000));
  }

  #restedSeconds(queue: string): number | null {
    const now = this.#now();
    const noted = this.#noted.get(queue);
    const last = Math.max(
      noted ? Math.min(noted.at + 1_000, now) : -Infinity,
      ...this.held(queue).map((task) => task.leasedAt),
    );
    return last === -Infinity ? null : (now - last) / 1000;
  }

  #dispatch(task: SimulatedTask): ClaimedDispatch {
    const first = task.attempts === 1;
    return aDispatch({
      id: task.id,
      queue: task.queue,
      name: `task-${task.id}`,
      url: `/${task.id}`,
      eta: BigInt(Math.round(task.due * 1000)),
      retryCount: task.attempts - 1,
      executionCount: task.executions,
      previousResponse: first ? null : (task.lastStatus ?? 0),
      retryReason: first ? null : 'App Error',
      dispatchDeadline: DEADLINE_SECONDS,
      leaseToken: task.token as string,
      claimedAt: this.#now(),
    });
  }
}

function mayRetry({ limit, age }: Retry, n: number, ageMs: number): boolean {
  if (limit === null && age === null) return true;
  return (limit !== null && n <= limit) || (age !== null && ageMs / 1000 <= age);
}

export function backoffMs({ min, max, doublings }: Retry, n: number): number {
  const e = Math.min(n - 1, doublings);
  return Math.trunc(Math.min(max, min * 2 ** e * (n - e)) * 1e6) / 1000;
}
