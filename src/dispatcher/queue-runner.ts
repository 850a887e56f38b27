/**
 * Claims and starts what one led queue may start now. One pass asks, in this order: was a task forced to run, is there a token, is there
 * a place among the queue's concurrent requests, is there a slot in this process, is anything due. The first no says what to wait for.
 */

import type { DispatcherQueue } from '../domain/queue.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { Loop } from '../runtime/loop.ts';
import { Bucket } from './bucket.ts';
import type { DatabaseClock } from './database-clock.ts';
import type { ClaimedDispatch, ClaimSession } from './effects.ts';
import { InFlight } from './in-flight.ts';
import type { Slots } from './slots.ts';

/** Most tasks a claim takes: its answer carries their bodies. */
const MAX_TASKS_PER_CLAIM = 100;
/** Between two claims for want of tokens; at 500 a second it lets a few gather. */
const MIN_TOKEN_WAIT_MS = 4;
/** What is due and was not claimed is locked by someone; they need a moment. */
const LOCKED_WAIT_MS = 50;
/** Between two looks for forced tasks, however often the queue is woken. */
const MIN_FORCED_WAIT_MS = 50;

export interface RunnerTools {
  slots: Slots;
  clock: Clock;
  databaseClock: DatabaseClock;
  logger: Logger;
  /** Longest sleep: what no notification announces is found by then. */
  pollMs: number;
  /** Sends a claimed task; calls `ended` once its response came or won't come. */
  deliver(dispatch: ClaimedDispatch, ended: () => void): void;
}

export class QueueRunner {
  readonly #tools: RunnerTools;
  readonly #session: ClaimSession;
  readonly #bucket: Bucket;
  readonly #inFlight: InFlight;
  readonly #loop: Loop;
  readonly #wakeForSlot = () => this.wake();
  #queue: DispatcherQueue;
  #full = false;
  #forcedHint = false;
  #forcedLookedAt = -Infinity;

  /** @param bucket what an earlier leadership of this process left; else a full one is made */
  constructor(queue: DispatcherQueue, session: ClaimSession, tools: RunnerTools, bucket?: Bucket) {
    this.#queue = queue;
    this.#session = session;
    this.#tools = tools;
    this.#bucket = bucket ?? new Bucket(limitsOf(queue), tools.clock.now());
    this.#bucket.setLimits(limitsOf(queue), tools.clock.now());
    this.#inFlight = new InFlight(queue.inFlight);
    const { clock, logger } = tools;
    this.#loop = new Loop({ name: `queue ${queue.name}`, runOnce: () => this.runOnce(), clock, logger });
  }

  get queue(): DispatcherQueue {
    return this.#queue;
  }

  get bucket(): Bucket {
    return this.#bucket;
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  /** Resolves when nothing is claimed any more. What was claimed is delivered. */
  stop(): Promise<void> {
    this.#tools.slots.stopWaiting(this.#wakeForSlot);
    return this.#loop.stop();
  }

  wake(): void {
    this.#loop.wake();
  }

  /** A notification: something was added, made due or forced to run. */
  hear(): void {
    this.#forcedHint = true;
    this.#loop.wake();
  }

  beforeLook(): void {
    this.#inFlight.beforeLook();
  }

  /** New settings count at once; a resumed queue begins with a full bucket. */
  update(queue: DispatcherQueue): void {
    const now = this.#tools.clock.now();
    const resumed = queue.running && !this.#queue.running;
    const changed = JSON.stringify(settingsOf(queue)) !== JSON.stringify(settingsOf(this.#queue));
    this.#queue = queue;
    this.#bucket.setLimits(limitsOf(queue), now);
    if (resumed) this.#bucket.fill(now);
    const inherited = this.#inFlight.inherited;
    this.#inFlight.afterLook(queue.inFlight);
    if (changed || this.#inFlight.inherited < inherited) this.wake();
  }

  /**
   * One pass. Returns how many milliseconds nothing more can start, as far as is known now.
   *
   * @param lookForForced even if the last look was a moment ago
   */
  async runOnce(lookForForced = false): Promise<number> {
    if (lookForForced || this.#forcedWaitMs() <= 0) await this.#startForced();
    const ms = await this.#startDue();
    this.#tools.slots.wakeNext();
    return Math.min(ms, this.#forcedWaitMs());
  }

  #forcedWaitMs(): number {
    const wait = this.#forcedHint ? MIN_FORCED_WAIT_MS : this.#tools.pollMs;
    return this.#forcedLookedAt + wait - this.#tools.clock.now();
  }

  async #startForced(): Promise<void> {
    this.#forcedHint = false;
    this.#forcedLookedAt = this.#tools.clock.now();
    await this.#claim(MAX_TASKS_PER_CLAIM, (most) => this.#session.claimForced(this.#queue.name, most));
  }

  async #startDue(): Promise<number> {
    this.#full = false;
    if (!this.#queue.running) return Infinity;
    const now = this.#tools.clock.now();
    const tokens = this.#bucket.takeable(now);
    if (tokens === 0) return Math.max(this.#bucket.nextTokenAt(now) - now, MIN_TOKEN_WAIT_MS);
    const places = this.#queue.maxConcurrentRequests - this.#inFlight.total;
    this.#full = places <= 0;
    if (this.#full) return Infinity;
    const wanted = Math.min(tokens, places, MAX_TASKS_PER_CLAIM);
    const { asked, claimed } = await this.#claim(wanted, (most) => this.#session.claim(this.#queue.name, most));
    this.#bucket.take(claimed, this.#tools.clock.now());
    if (asked === 0) return Infinity;
    return claimed === asked ? 0 : this.#untilDue();
  }

  /** Slots are reserved while the claim is under way, so that the queues of a process can't overbook it together. */
  async #claim(
    most: number,
    take: (most: number) => Promise<ClaimedDispatch[]>,
  ): Promise<{ asked: number; claimed: number }> {
    const { slots } = this.#tools;
    const asked = slots.reserve(most);
    if (asked === 0) {
      slots.wait(this.#wakeForSlot);
      return { asked, claimed: 0 };
    }
    let dispatches: ClaimedDispatch[] = [];
    try {
      dispatches = await take(asked);
    } finally {
      slots.giveBack(asked - dispatches.length);
    }
    this.#inFlight.started(dispatches.length);
    for (const dispatch of dispatches) this.#tools.deliver(dispatch, () => this.#ended());
    return { asked, claimed: dispatches.length };
  }

  #ended(): void {
    this.#inFlight.finished();
    this.#tools.slots.giveBack();
    if (this.#full) this.wake();
  }

  async #untilDue(): Promise<number> {
    const due = await this.#session.nextDue(this.#queue.name);
    if (due === null) return Infinity;
    const ms = due - this.#tools.databaseClock.now();
    return ms > 0 ? Math.ceil(ms) + 1 : LOCKED_WAIT_MS; // its microseconds were cut off
  }
}

function limitsOf({ rate, bucketSize }: DispatcherQueue) {
  return { rate, capacity: bucketSize };
}

function settingsOf({ inFlight: _, ...settings }: DispatcherQueue) {
  return settings;
}
