// Raises the floors of the queues that this process leads: the times before which a queue has no live task, and from
// which claims and leases start. While a queue is busy the loop ticks, ten times a second at most; otherwise it sends
// nothing. Push queues, which leave behind at most 500 dead index entries a second, get a turn once a second.
//
// The dispatcher knows when its push queues are busy, but does not see the leases of pull queues. So statements that
// are sent anyway also read PostgreSQL's own count of changes to the table: while that grows, all pull queues count as
// busy.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import type { Service } from '../../runtime/service.ts';
import type { Floor } from '../../store/floors.ts';
import { type FloorSession, raiseFloors } from './raise-floors.ts';

/** Least time between the starts of two ticks. */
const TICK_MS = 100;
/** A push queue gets every tenth tick. */
const PUSH_TICKS = 10;
/** PostgreSQL reports the count of changes a second late or more, so pull queues stay busy this long after it grew. */
const PULL_BUSY_MS = 3_000;

/** While the clock is behind a floor, tasks are added below it; they are searched for this often. */
const SWEEP_MS = 1_000;

export interface FloorLoopOptions {
  open(lost: (reason: unknown) => void): Promise<FloorSession>;
  /** Finds tasks below the floor. */
  sweep(queues: string[]): Promise<void>;
  /** Called after a tick with the pull queues that may be in use. */
  pullsBusy?(queues: string[]): void;
  /** The queues that are led now. */
  queues(): { name: string; mode: 'push' | 'pull' }[];
  clock: Clock;
  logger: Logger;
  /** Least time between the starts of two ticks, in milliseconds; default 100. */
  tickMs?: number;
}

export class FloorLoop implements Service {
  readonly #options: FloorLoopOptions;
  readonly #loop: Loop;
  readonly #busy = new Set<string>();
  /** How far this process has raised each floor, in milliseconds of the database's clock. */
  readonly #raised = new Map<string, number>();
  /** When each queue had its last turn, in milliseconds of this process's clock. */
  readonly #turns = new Map<string, number>();
  #session: FloorSession | undefined;
  #silent = true;
  #began = -Infinity;
  #sweptAt = -Infinity;
  #changes: number | undefined;
  #pullBusyUntil = -Infinity;

  constructor(options: FloorLoopOptions) {
    this.#options = options;
    const { clock, logger } = options;
    this.#loop = new Loop({ name: 'raising floors', runOnce: (signal) => this.#runOnce(signal), clock, logger });
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#session?.close();
    this.#session = undefined;
  }

  /** Marks a queue as busy. */
  busy(queue: string): void {
    this.#busy.add(queue);
    if (this.#silent) this.#loop.wake();
  }

  /** Takes in the count of changes from another statement. */
  seeChanges(changes: number): void {
    const grew = this.#changes !== undefined && this.#changes !== changes;
    this.#changes = changes;
    if (!grew) return;
    const now = this.#options.clock.now();
    if (now >= this.#pullBusyUntil) this.#loop.wake();
    this.#pullBusyUntil = now + PULL_BUSY_MS;
  }

  async #runOnce(signal: AbortSignal): Promise<number> {
    const { clock, tickMs = TICK_MS } = this.#options;
    const early = this.#began + tickMs - clock.now();
    if (early > 0) return early;
    const waitMs = this.#msToTurn();
    this.#silent = waitMs === Infinity;
    if (waitMs > 0) return waitMs;
    this.#began = clock.now();
    await this.#tick(signal);
    return Math.max(1, this.#began + tickMs - clock.now());
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const session = await this.#connected();
    const clock = await session.clock();
    this.seeChanges(clock.changes);
    this.#forget();
    const queues = this.#queuesInTurn();
    const pulls = new Set(this.#options.queues().flatMap(({ name, mode }) => (mode === 'pull' ? [name] : [])));
    for (const queue of queues) this.#busy.delete(queue); // a change from now on needs another tick
    try {
      const floors = await raiseFloors(session, queues, clock, (ms) => this.#sleep(ms, signal));
      for (const queue of queues) this.#turns.set(queue, this.#began);
      this.#options.pullsBusy?.(queues.filter((queue) => pulls.has(queue)));
      await this.#compare(floors);
    } catch (error) {
      for (const queue of queues) this.#busy.add(queue);
      throw error;
    }
  }

  /** Drops the state of queues that are no longer led. */
  #forget(): void {
    const led = new Set(this.#options.queues().map(({ name }) => name));
    for (const known of [this.#busy, this.#raised, this.#turns])
      for (const queue of known.keys()) if (!led.has(queue)) known.delete(queue);
  }

  #queuesInTurn(): string[] {
    return this.#busyQueues()
      .filter(({ msToTurn }) => msToTurn <= 0)
      .map(({ name }) => name);
  }

  /** Milliseconds until a busy queue has its turn; Infinity if none is busy. */
  #msToTurn(): number {
    return Math.min(Infinity, ...this.#busyQueues().map(({ msToTurn }) => msToTurn));
  }

  #busyQueues(): { name: string; msToTurn: number }[] {
    const { clock, tickMs = TICK_MS } = this.#options;
    const now = clock.now();
    const pullIsBusy = now < this.#pullBusyUntil;
    const led = this.#options.queues();
    const busy = led.filter(({ name, mode }) => this.#busy.has(name) || (mode === 'pull' && pullIsBusy));
    return busy.map(({ name, mode }) => {
      const next = (this.#turns.get(name) ?? -Infinity) + (mode === 'push' ? PUSH_TICKS * tickMs : tickMs);
      return { name, msToTurn: Math.max(0, next - now) };
    });
  }

  async #connected(): Promise<FloorSession> {
    this.#session ??= await this.#options.open((reason) => {
      this.#session = undefined; // a tick that is waiting for open writers fails
      this.#options.logger.warn('lost the connection that raises floors', { error: reason });
    });
    return this.#session;
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(ms, signal);
    signal.throwIfAborted();
  }

  /**
   * Finds floors that could not be raised to where they had been: the clock was set back, and tasks are added below
   * them.
   */
  async #compare(floors: Floor[]): Promise<void> {
    const now = this.#options.clock.now();
    const behind = floors
      .filter(({ queue, ms }) => ms < (this.#raised.get(queue) ?? -Infinity))
      .map(({ queue }) => queue);
    for (const { queue, ms } of floors) this.#raised.set(queue, Math.max(ms, this.#raised.get(queue) ?? -Infinity));
    if (behind.length === 0) return;
    for (const queue of behind) this.#busy.add(queue);
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    await this.#options.sweep(behind);
  }
}
