// Leases tasks for a worker: enough to keep its handlers busy, and no more.
//
// One lease call at a time waits for work. While calls return full, others run beside it as far as there is room.

import type { QueueHandle } from '../client/queue-handle.ts';
import type { LeasedTask } from '../client/task.ts';
import type { WaitedFor, Waits } from '../client/waits.ts';
import { QueuePausedError } from '../domain/errors.ts';
import { MAX_TASKS_PER_LEASE } from '../domain/limits.ts';
import { backoffMs } from '../runtime/backoff.ts';
import { systemClock } from '../runtime/clock.ts';
import { SleepLength } from '../wakeup/sleep-length.ts';
import type { HeldTasks } from './held-tasks.ts';
import type { WorkerSettings } from './options.ts';

/** Tasks are leased ahead only if those that wait are started within this time … */
const AHEAD_MS = 250;
/** … and for at most this many calls: as many as are being leased or settled while one is being handled. */
const CALLS_AHEAD = 4;
/** Most tasks being settled; beyond that, the database has fallen behind. */
const MOST_SETTLING = 2 * MAX_TASKS_PER_LEASE;
/**
 * Concurrent lease calls: as many as it takes to ask for this many tasks, within bounds. Each walks over the rows that
 * the others hold, so more calls would be slower.
 */
const ASKED_AT_ONCE = 300;
const CALLS = { least: 3, most: 16 };

export class Prefetcher {
  readonly #settings: WorkerSettings;
  readonly #handle: QueueHandle;
  readonly #waits: Waits;
  readonly #held: HeldTasks;
  readonly #ending = new AbortController();
  readonly #calls = new Set<Promise<void>>();
  readonly #wanted: WaitedFor;
  /** Most tasks of a lease call: those of a batch, or as many as there are handlers. */
  readonly #callSize: number;
  readonly #mostCalls: number;
  #asked = 0;
  #plenty = false;
  #planned = false;
  #started = false;
  #failures = 0;

  constructor(settings: WorkerSettings, handle: QueueHandle, waits: Waits, held: HeldTasks) {
    this.#settings = settings;
    this.#handle = handle;
    this.#waits = waits;
    this.#held = held;
    const { queue, tag, batchSize, concurrency, tasksACall } = settings;
    this.#callSize = tasksACall > 1 ? batchSize : Math.max(batchSize, Math.min(concurrency, MAX_TASKS_PER_LEASE));
    this.#mostCalls = Math.min(CALLS.most, Math.max(CALLS.least, Math.ceil(ASKED_AT_ONCE / this.#callSize)));
    this.#wanted = {
      queue,
      tag: tag === true ? undefined : tag,
      signal: this.#ending.signal,
      sleep: new SleepLength(),
      vain: 0,
    };
    held.onRoom = () => this.#plan();
  }

  start(): void {
    this.#started = true;
    this.#feed();
  }

  /** Resolves when no lease call is under way. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#calls);
  }

  /** One lease call that does not wait for tasks. */
  async leaseOnce(): Promise<void> {
    const calledAt = this.#settings.clock.now();
    this.#held.put(await this.#lease(this.#settings.batchSize), calledAt);
  }

  /** Handler calls that end together share a lease call. */
  #plan(): void {
    if (this.#planned || !this.#started) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#feed();
    });
  }

  #feed(): void {
    while (!this.#ending.signal.aborted) {
      const first = this.#calls.size === 0;
      if (!first && (!this.#plenty || this.#calls.size >= this.#mostCalls)) return;
      const room = this.#room();
      if (room <= 0) return;
      this.#begin(Math.min(room, this.#callSize), first);
    }
  }

  /** How many tasks may be asked for now; 0 also if it is better to ask for more a moment later. */
  #room(): number {
    const { concurrency, tasksACall } = this.#settings;
    const { free, waiting, settling, meanMs } = this.#held;
    const size = this.#callSize;
    if (settling >= MOST_SETTLING) return 0; // the database has fallen behind
    const callMs = meanMs === undefined ? Infinity : (meanMs * size) / tasksACall / concurrency;
    const ahead = size * Math.min(CALLS_AHEAD, Math.floor(AHEAD_MS / callMs));
    if (free === 0 && ahead === 0) return 0;
    const most = Math.max(concurrency * tasksACall, size) + ahead;
    const room = most - (concurrency - free) * tasksACall - waiting - this.#asked;
    return (ahead > 0 || tasksACall > 1) && room < size ? 0 : room;
  }

  #begin(count: number, waits: boolean): void {
    this.#asked += count;
    const call = this.#call(count, waits).finally(() => {
      this.#asked -= count;
      this.#calls.delete(call);
      this.#feed();
    });
    this.#calls.add(call);
  }

  async #call(count: number, waits: boolean): Promise<void> {
    const calledAt = this.#settings.clock.now();
    try {
      const tasks = await this.#lease(count);
      this.#failures = 0;
      this.#held.worked();
      this.#plenty = tasks.length === count;
      if (tasks.length > 0) this.#foundWork();
      this.#held.put(tasks, calledAt);
      if (tasks.length === 0 && waits) await this.#waits.wait(this.#wanted, this.#settings.waitSeconds * 1000);
    } catch (error) {
      this.#plenty = false;
      if (waits) await this.#waitAfter(error);
    }
  }

  #foundWork(): void {
    this.#wanted.vain = 0;
    this.#wanted.sleep.foundWork();
  }

  #lease(maxTasks: number): Promise<LeasedTask[]> {
    const { leaseSeconds, tag } = this.#settings;
    const request = { leaseSeconds, maxTasks };
    if (tag === undefined) return this.#handle.leaseTasks(request);
    return this.#handle.leaseTasksByTag(tag === true ? request : { ...request, tag });
  }

  /** A paused queue is waited for; any other error is retried with a growing back-off. */
  async #waitAfter(error: unknown): Promise<void> {
    const { signal } = this.#ending;
    if (signal.aborted) return;
    if (error instanceof QueuePausedError) return this.#waits.wait(this.#wanted, this.#settings.waitSeconds * 1000);
    this.#held.trouble(error);
    this.#failures += 1;
    await systemClock.sleep(backoffMs(this.#failures), signal);
  }
}
