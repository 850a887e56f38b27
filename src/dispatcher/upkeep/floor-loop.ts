// Keeps the floors of the queues that this process leads: the moments before which they have no live task, where claims and leases begin.
// While something happens in them it ticks, ten times a second at most; otherwise it is silent. Push queues, which leave behind 500 dead entries a second at most,
// have their turn once a second.
//
// What happens in push queues the dispatcher knows; the leases of pull queues it does not see. So it looks at PostgreSQL's own count of changes of the
// table, with statements that are sent anyway: while that grows, all pull queues count as busy.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import type { Service } from '../../runtime/service.ts';
import type { Floor } from '../../store/floors.ts';
import { type FloorSession, raiseFloors } from './raise-floors.ts';

/** Between the beginnings of two ticks. */
const TICK_MS = 100;
/** Of these one is a push queue's. */
const PUSH_TICKS = 10;
/** The count of changes is a second late, or more: so long pull queues stay busy after it grew. */
const PULL_BUSY_MS = 3_000;

/** While the clock is behind a floor, tasks are added below it: so often they are looked for. */
const SWEEP_MS = 1_000;

export interface FloorLoopOptions {
  open(lost: (reason: unknown) => void): Promise<FloorSession>;
  /** Finds tasks below the floor. */
  sweep(queues: string[]): Promise<void>;
  /** The queues that are led now. */
  queues(): { name: string; mode: 'push' | 'pull' }[];
  clock: Clock;
  logger: Logger;
  /** Between the beginnings of two ticks, in milliseconds; default 100. */
  tickMs?: number;
}

export class FloorLoop implements Service {
  readonly #options: FloorLoopOptions;
  readonly #loop: Loop;
  readonly #busy = new Set<string>();
  /** How far this process has raised each floor, in milliseconds of the database's clock. */
  readonly #raised = new Map<string, number>();
  /** When each had its last turn, in milliseconds of this process's clock. */
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

  /** Something happens in the queue. */
  busy(queue: string): void {
    this.#busy.add(queue);
    if (this.#silent) this.#loop.wake();
  }

  /** The count of changes, as someone else has seen it. */
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
    for (const queue of queues) this.#busy.delete(queue); // what happens from now on needs another tick
    try {
      const floors = await raiseFloors(session, queues, clock, (ms) => this.#sleep(ms, signal));
      for (const queue of queues) this.#turns.set(queue, this.#began);
      await this.#compare(floors);
    } catch (error) {
      for (const queue of queues) this.#busy.add(queue);
      throw error;
    }
  }

  /** What is known of queues that are led no more. */
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

  /** Until a busy queue has its turn; Infinity: none is busy. */
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
      this.#session = undefined; // a tick that waits for open writers fails
      this.#options.logger.warn('lost the connection that raises floors', { error: reason });
    });
    return this.#session;
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(ms, signal);
    signal.throwIfAborted();
  }

  /** A floor that could not even get where it has been: the clock was set back, and tasks are added below it. */
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
