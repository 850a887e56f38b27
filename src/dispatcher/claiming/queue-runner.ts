// Claims and starts the tasks that one led queue may start now. One pass asks, in this order: was a task forced to run, is there a token, is the
// queue below its limit of concurrent requests, is there a slot in this process, is anything due. The first no tells what to wait for; when nothing is due,
// the queue sleeps at its doorbell (doorbells.ts).

import type { DispatcherQueue } from '../../domain/queue.ts';
import { Loop } from '../../runtime/loop.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Doorbells } from './doorbells.ts';
import type { Hindrance } from './hindrances.ts';
import { InFlight } from './in-flight.ts';
import { NotificationLimit } from './notification-limit.ts';
import { QueueSleep } from './queue-sleep.ts';
import { changesRate, RateLimiter } from './rate-limiter.ts';
import type { RunnerTools } from './runner-tools.ts';
import { SlottedClaims } from './slotted-claims.ts';
import { ThrottleSignals } from './throttle-signals.ts';

/** Most tasks a claim takes: its answer carries their bodies. */
const MAX_TASKS_PER_CLAIM = 100;
/** A queue whose last claim left more to claim lets the tokens of this time gather before the next: a claim costs much the same for one task or twenty. */
const GATHER_MS = 50;

/** What the next leadership of a queue in this process goes on with. */
export interface Left {
  limiter: RateLimiter;
  inFlight: InFlight;
}

export class QueueRunner {
  readonly #tools: RunnerTools;
  readonly #doorbells: Doorbells;
  readonly #sleep: QueueSleep;
  readonly #limiter: RateLimiter;
  readonly #signals = new ThrottleSignals();
  readonly #inFlight: InFlight;
  readonly #claims: SlottedClaims;
  readonly #loop: Loop;
  readonly #notifications: NotificationLimit;
  readonly #wakeForSlot = () => this.wake();
  #queue: DispatcherQueue;
  #full = false;
  #waiting = 0;
  #behind = false;
  #forcedHint = true;
  #looked = false;

  /** @param left what an earlier leadership of this process left; what is missing is made */
  constructor(queue: DispatcherQueue, doorbells: Doorbells, tools: RunnerTools, left: Partial<Left> = {}) {
    const { clock, logger } = tools;
    this.#queue = queue;
    this.#doorbells = doorbells;
    this.#tools = tools;
    this.#sleep = new QueueSleep(queue, doorbells, clock);
    this.#limiter = left.limiter ?? RateLimiter.rebuilt(queue, clock.now());
    this.#inFlight = left.inFlight ?? new InFlight();
    this.#inFlight.begin(queue.others ?? [], clock.now(), () => this.#full && this.wake());
    this.#claims = new SlottedClaims(queue.id, this.#inFlight, tools);
    this.#loop = new Loop({ name: `queue ${queue.name}`, runOnce: () => this.#pass(), clock, logger });
    this.#notifications = new NotificationLimit(clock, () => this.#loop.wake());
  }

  get queue(): DispatcherQueue {
    return this.#queue;
  }

  /** What is true beyond this leadership. */
  get left(): Left {
    return { limiter: this.#limiter, inFlight: this.#inFlight };
  }

  /** True: a former leader's attempts are under way, as far as is known. */
  get inherits(): boolean {
    return this.#inFlight.inherited > 0;
  }

  /** True: whoever adds to it rings. */
  get isAsleep(): boolean {
    return this.#sleep.isHeld;
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  /** Resolves when nothing is claimed any more. What was claimed is delivered. */
  async stop(): Promise<void> {
    this.#notifications.stop();
    await this.#loop.stop();
    this.#claims.leave();
    this.#hindered(undefined);
    await this.#sleep.end().catch(() => {}); // a lost connection holds no bell
  }

  wake(): void {
    this.#loop.wake();
  }

  /** A notification said that there may be something. */
  notify(): void {
    this.#notifications.notify();
  }

  /** One said that some task may be forced to run. */
  notifyForced(): void {
    this.#forcedHint = true;
    this.#notifications.notify();
  }

  /** What the poll found: milliseconds until there is something to claim. */
  polled(ms: number): void {
    if (ms <= 0 && !this.#queue.running) this.#tools.invalidate(); // a pause that ends by itself is announced by nobody
    if (ms > 0 && !this.#sleep.isLonger(ms)) return;
    this.#forcedHint = true;
    this.#loop.wake();
  }

  /** New settings count at once; a resumed queue begins with a full bucket. */
  update(queue: DispatcherQueue): void {
    const now = this.#tools.clock.now();
    const resumed = queue.running && !this.#queue.running;
    const reconfigured = resumed || changesRate(queue, this.#queue);
    const changed = JSON.stringify(settingsOf(queue)) !== JSON.stringify(settingsOf(this.#queue));
    this.#queue = queue;
    if (reconfigured) {
      const throttled = this.#limiter.throttledTo(now) !== null;
      this.#limiter.configure(queue, now);
      if (throttled) this.#tools.rateChanged(queue.name); // what was noted between the change and this look speaks of the old rate
    }
    if (resumed) this.#limiter.fill(now);
    const inherited = this.#inFlight.inherited;
    if (queue.others) this.#inFlight.count(queue.others, now);
    if (changed || this.#inFlight.inherited < inherited) this.wake();
  }

  /** What became of an attempt: when it says that the queue is too fast, the queue goes slower from now on. */
  observe(dispatch: ClaimedDispatch, outcome: Outcome): void {
    const now = this.#tools.clock.now();
    if (this.#signals.observe(dispatch, outcome, now) && this.#limiter.signal(now))
      this.#tools.rateChanged(this.#queue.name);
  }

  /** While claimed tasks wait for a place at their target, no more are claimed: they would wait as well. */
  waitingForTarget(more: 1 | -1, target: string): void {
    this.#waiting = Math.max(0, this.#waiting + more); // a former leadership's may end in ours
    if (this.#waiting === 0) this.wake();
    else this.#hindered({ kind: 'target', target, waiting: this.#waiting });
  }

  /** One claim, for tests. Where no slot is free it waits for one: no queue is passed over. */
  async runOnce(): Promise<void> {
    const { slots } = this.#tools;
    for (const start of [() => this.#startForced(), () => this.#startDue()]) {
      this.#behind = false;
      while ((await start()) === 'slot') await new Promise<void>((resolve) => this.#claims.wait(resolve));
    }
    slots.wakeNext();
  }

  /** One pass. Returns how many milliseconds nothing more can start, as far as is known now. */
  async #pass(): Promise<number> {
    this.#notifications.answer();
    await this.#sleep.end();
    if (!this.#looked && this.#startsAny) return this.#firstLook();
    const forced = this.#forcedHint ? await this.#startForced() : 'nothing';
    const ms = forced === 'slot' ? forced : await this.#startDue();
    if (ms === 'slot') {
      this.#claims.wait(this.#wakeForSlot);
      return Infinity;
    }
    this.#tools.slots.wakeNext();
    if (ms === 'nothing') return this.#sleep.begin();
    return this.#forcedHint ? 0 : ms;
  }

  /** Many queues may be led at once, and most have nothing to run: they look together, and take no slots for it. */
  #firstLook(): Promise<number> {
    this.#looked = true;
    return this.#sleep.begin();
  }

  get #startsAny(): boolean {
    const { running, rate, bucketSize } = this.#queue;
    const hasRate = this.#isFree || (rate > 0 && bucketSize >= 1); // a bucket is full at first, also at a rate of 0
    if (!running || !hasRate) return false;
    return this.#waiting === 0 && this.#tools.development.autoRun !== false;
  }

  /** No token is needed. */
  get #isFree(): boolean {
    return this.#tools.development.ignoreRates === true;
  }

  /** RefreshLoop before it claims, so that slots are reserved for what is there. */
  async #startForced(): Promise<'slot' | 'nothing'> {
    this.#forcedHint = false;
    const { session } = this.#doorbells;
    const wanted = await session.forced(this.#queue.name);
    if (wanted === 0) return 'nothing';
    const { asked, claimed } = await this.#claims.claim(wanted, (most) => session.claimForced(this.#queue.name, most));
    if (claimed > 0) this.#notifications.foundWork();
    this.#forcedHint ||= asked < wanted || claimed >= MAX_TASKS_PER_CLAIM; // there may be more
    if (asked > 0) return 'nothing';
    this.#hindered({ kind: 'slots' });
    return 'slot';
  }

  /** Returns for how long nothing can start; 'nothing': until there is something; 'slot': until this process has a slot. */
  async #startDue(): Promise<number | 'nothing' | 'slot'> {
    const found = await this.#claimDue();
    const hindrance = typeof found === 'object' ? found : undefined;
    if (hindrance || this.#waiting === 0) this.#hindered(hindrance);
    if (hindrance?.kind === 'slots') return 'slot';
    return typeof found === 'object' ? Infinity : found;
  }

  async #claimDue(): Promise<number | 'nothing' | Hindrance> {
    this.#full = false;
    if (!this.#startsAny) return Infinity;
    const now = this.#tools.clock.now();
    const tokens = this.#behind ? this.#limiter.portion(GATHER_MS) : 1;
    const waitMs = this.#isFree ? 0 : this.#limiter.askAgainAt(now, tokens) - now;
    if (waitMs > 0) return waitMs;
    const places = this.#queue.maxConcurrentRequests - this.#inFlight.total;
    this.#full = places <= 0;
    const { inherited } = this.#inFlight;
    if (this.#full) return inherited > 0 ? { kind: 'requests', waiting: inherited } : Infinity;
    const most = this.#isFree ? places : Math.min(this.#limiter.takeable(now), places);
    const wanted = Math.min(most, MAX_TASKS_PER_CLAIM);
    const { asked, claimed } = await this.#claims.claim(wanted, (most) =>
      this.#doorbells.session.claim(this.#queue.name, most),
    );
    if (!this.#isFree) this.#limiter.take(claimed, this.#tools.clock.now());
    if (claimed > 0) this.#sleep.foundWork();
    if (claimed > 0) this.#notifications.foundWork();
    if (asked === 0) return { kind: 'slots' };
    this.#behind = claimed === asked;
    return this.#behind ? 0 : 'nothing';
  }

  #hindered(what: Hindrance | undefined): void {
    this.#tools.hindered(this.#queue.name, what);
  }
}

function settingsOf({ others: _, restedSeconds: __, enforcedRate: ___, ...settings }: DispatcherQueue) {
  return settings;
}
