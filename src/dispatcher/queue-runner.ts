// Claims and starts what one led queue may start now. One pass asks, in this order: was a task forced to run, is there a token, is there
// a place among the queue's concurrent requests, is there a slot in this process, is anything due. The first no says what to wait for.

import type { DispatcherQueue } from '../domain/queue.ts';
import { Loop } from '../runtime/loop.ts';
import { Bucket } from './bucket.ts';
import type { ClaimedDispatch, ClaimSession } from './effects.ts';
import { InFlight } from './in-flight.ts';
import type { RunnerTools } from './runner-tools.ts';

/** Most tasks a claim takes: its answer carries their bodies. */
const MAX_TASKS_PER_CLAIM = 100;
/** Between two claims for want of tokens; at 500 a second it lets a few gather. */
const MIN_TOKEN_WAIT_MS = 4;
/** What is due and was not claimed is locked by someone; they need a moment. */
const LOCKED_WAIT_MS = 50;
/** Queues poll a little faster than they must, each at a pace of its own, so that they do not all ask at once. */
const POLL_SPREAD = 0.2;
const GOLDEN_RATIO = 0.618_034;
/** Between two looks for forced tasks, however often the queue is woken. */
const MIN_FORCED_WAIT_MS = 50;

export class QueueRunner {
  readonly #tools: RunnerTools;
  readonly #session: ClaimSession;
  readonly #bucket: Bucket;
  readonly #inFlight: InFlight;
  readonly #loop: Loop;
  readonly #wakeForSlot = () => this.wake();
  #queue: DispatcherQueue;
  readonly #pollMs: number;
  #full = false;
  #dueMayHaveChanged = true;
  #nextDue = -Infinity;
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
    this.#pollMs = tools.pollMs * (1 - POLL_SPREAD * ((queue.id * GOLDEN_RATIO) % 1));
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

  /** Some task's due time is not what it was: it failed, and is tried again. */
  lookAgain(): void {
    this.#dueMayHaveChanged = true;
    this.#loop.wake();
  }

  /** A notification: something was added, made due or forced to run. */
  hear(): void {
    this.#forcedHint = true;
    this.lookAgain();
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
    if (changed || this.#inFlight.inherited < inherited) this.lookAgain();
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
    const wait = this.#forcedHint ? MIN_FORCED_WAIT_MS : this.#pollMs;
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

  /** Asks the database only when the answer may be another than the last. */
  async #untilDue(): Promise<number> {
    const { databaseClock } = this.#tools;
    if (this.#dueMayHaveChanged || databaseClock.now() >= this.#nextDue) {
      this.#dueMayHaveChanged = false;
      this.#nextDue = (await this.#session.nextDue(this.#queue.name)) ?? Infinity;
    }
    const ms = this.#nextDue - databaseClock.now();
    return ms > 0 ? Math.ceil(ms) + 1 : LOCKED_WAIT_MS; // its microseconds were cut off
  }
}

function limitsOf({ rate, bucketSize }: DispatcherQueue) {
  return { rate, capacity: bucketSize };
}

function settingsOf({ inFlight: _, ...settings }: DispatcherQueue) {
  return settings;
}
