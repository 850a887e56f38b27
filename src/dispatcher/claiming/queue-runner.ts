// Claims and starts the tasks of one led queue. A pass checks, in this order: is a task forced to run, is there a
// token, is the queue below its concurrency limit, does this process have a free slot, is anything due. The first "no"
// decides what the queue waits for; when nothing is due, the queue sleeps at its doorbell (doorbells.ts).

import type { DispatcherQueue } from '../../domain/queue.ts';
import { Loop } from '../../runtime/loop.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Blocker } from './blockers.ts';
import type { Doorbells } from './doorbells.ts';
import { InFlight } from './in-flight.ts';
import { NotificationLimit } from './notification-limit.ts';
import { QueueSleep } from './queue-sleep.ts';
import { changesRate, RateLimiter } from './rate-limiter.ts';
import type { RunnerTools } from './runner-tools.ts';
import { SlottedClaims } from './slotted-claims.ts';
import { ThrottleSignals } from './throttle-signals.ts';

/** Most tasks per claim: its result carries their bodies. */
const MAX_TASKS_PER_CLAIM = 100;
/** Tokens gather this long after a claim that left more: a claim costs about the same for one task or twenty. */
const GATHER_MS = 50;

/** State that the next leadership of a queue in this process continues with. */
export interface Carryover {
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
  #checked = false;

  /** @param carryover state of an earlier leadership in this process; what is missing is created */
  constructor(queue: DispatcherQueue, doorbells: Doorbells, tools: RunnerTools, carryover: Partial<Carryover> = {}) {
    const { clock } = tools;
    this.#queue = queue;
    this.#doorbells = doorbells;
    this.#tools = tools;
    this.#sleep = new QueueSleep(queue, doorbells, tools);
    this.#limiter = carryover.limiter ?? RateLimiter.rebuilt(queue, clock.now());
    this.#inFlight = carryover.inFlight ?? new InFlight();
    this.#inFlight.begin(queue.others ?? [], clock.now(), () => this.#full && this.wake());
    this.#claims = new SlottedClaims(queue.id, this.#inFlight, tools);
    this.#loop = new Loop({ ...tools, name: `queue ${queue.name}`, runOnce: () => this.#pass() });
    this.#notifications = new NotificationLimit(clock, () => this.#loop.wake());
  }

  get queue(): DispatcherQueue {
    return this.#queue;
  }

  /** The state that outlives this leadership. */
  get carryover(): Carryover {
    return { limiter: this.#limiter, inFlight: this.#inFlight };
  }

  /** True if a former leader's attempts are still under way, as far as this process knows. */
  get inherits(): boolean {
    return this.#inFlight.inherited > 0;
  }

  /** True if enqueuers notify this process. */
  get isAsleep(): boolean {
    return this.#sleep.isHeld;
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  /** Resolves once no claim is under way. Claimed tasks are still delivered. */
  async stop(): Promise<void> {
    this.#notifications.stop();
    await this.#loop.stop();
    this.#claims.leave();
    this.#setBlocker(undefined);
    await this.#sleep.end().catch(() => {}); // a lost connection holds no doorbell
  }

  wake(): void {
    this.#loop.wake();
  }

  /** A notification announced tasks. */
  notify(): void {
    this.#notifications.notify();
  }

  /** A notification announced that a task may be forced to run. */
  notifyForced(): void {
    this.#forcedHint = true;
    this.#notifications.notify();
  }

  /** The result of a poll: milliseconds until there is something to claim. */
  polled(ms: number): void {
    if (ms <= 0 && !this.#queue.running) this.#tools.invalidate(); // no notification announces the end of a timed pause
    if (ms > 0 && !this.#sleep.isLonger(ms)) return;
    this.#forcedHint = true;
    this.#loop.wake();
  }

  /** New settings take effect immediately; a resumed queue begins with a full bucket. */
  update(queue: DispatcherQueue): void {
    const now = this.#tools.clock.now();
    const resumed = queue.running && !this.#queue.running;
    const reconfigured = resumed || changesRate(queue, this.#queue);
    const changed = JSON.stringify(settingsOf(queue)) !== JSON.stringify(settingsOf(this.#queue));
    this.#queue = queue;
    if (reconfigured) {
      const throttled = this.#limiter.throttledTo(now) !== null;
      this.#limiter.configure(queue, now);
      if (throttled) this.#tools.rateChanged(queue.name); // statistics recorded since the change name the old rate
    }
    if (resumed) this.#limiter.fill(now);
    const inherited = this.#inFlight.inherited;
    if (queue.others) this.#inFlight.count(queue.others, now);
    if (changed || this.#inFlight.inherited < inherited) this.wake();
  }

  /** Slows the queue down if the outcome of an attempt is a throttle signal. */
  observe(dispatch: ClaimedDispatch, outcome: Outcome): void {
    const now = this.#tools.clock.now();
    if (this.#signals.observe(dispatch, outcome, now) && this.#limiter.signal(now))
      this.#tools.rateChanged(this.#queue.name);
  }

  /** While claimed tasks wait for a slot at their target, no more are claimed: they would only wait too. */
  waitingForTarget(more: 1 | -1, target: string): void {
    this.#waiting = Math.max(0, this.#waiting + more); // a wait may end in a later leadership than it began in
    if (this.#waiting === 0) this.wake();
    else this.#setBlocker({ kind: 'target', target, waiting: this.#waiting });
  }

  /** One claim, for tests. If no slot is free it waits for one, so that no queue is skipped. */
  async runOnce(): Promise<void> {
    const { slots } = this.#tools;
    for (const start of [() => this.#startForced(), () => this.#startDue()]) {
      this.#behind = false;
      while ((await start()) === 'slot') await new Promise<void>((resolve) => this.#claims.wait(resolve));
    }
    slots.wakeNext();
  }

  /** One pass. Returns for how many milliseconds nothing more can start, as far as is known now. */
  async #pass(): Promise<number> {
    this.#notifications.answer();
    await this.#sleep.end();
    if (!this.#checked && this.#startsAny) return this.#firstCheck();
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

  /** Most newly led queues have nothing to run: they check together, and take no slots for it. */
  #firstCheck(): Promise<number> {
    this.#checked = true;
    return this.#sleep.begin();
  }

  get #startsAny(): boolean {
    const { running, rate, bucketSize } = this.#queue;
    const hasRate = this.#isFree || (rate > 0 && bucketSize >= 1); // a bucket starts full, even at a rate of 0
    if (!running || !hasRate) return false;
    return this.#waiting === 0 && this.#tools.development.autoRun !== false;
  }

  /** True if no token is needed. */
  get #isFree(): boolean {
    return this.#tools.development.ignoreRates === true;
  }

  /** Counts before it claims, so that slots are reserved only for tasks that exist. */
  async #startForced(): Promise<'slot' | 'nothing'> {
    this.#forcedHint = false;
    const { session } = this.#doorbells;
    const wanted = await session.forced(this.#queue.name);
    if (wanted === 0) return 'nothing';
    const { asked, claimed } = await this.#claims.claim(wanted, (most) => session.claimForced(this.#queue.name, most));
    if (claimed > 0) this.#notifications.foundWork();
    this.#forcedHint ||= asked < wanted || claimed >= MAX_TASKS_PER_CLAIM; // there may be more
    if (asked > 0) return 'nothing';
    this.#setBlocker({ kind: 'slots' });
    return 'slot';
  }

  /** Returns the milliseconds until something can start; 'nothing' is due; or this process has no free 'slot'. */
  async #startDue(): Promise<number | 'nothing' | 'slot'> {
    const found = await this.#claimDue();
    const blocker = typeof found === 'object' ? found : undefined;
    if (blocker || this.#waiting === 0) this.#setBlocker(blocker);
    if (blocker?.kind === 'slots') return 'slot';
    return typeof found === 'object' ? Infinity : found;
  }

  async #claimDue(): Promise<number | 'nothing' | Blocker> {
    this.#full = false;
    if (!this.#startsAny) return Infinity;
    const now = this.#tools.clock.now();
    const tokens = this.#behind ? this.#limiter.batchSize(GATHER_MS) : 1;
    const waitMs = this.#isFree ? 0 : this.#limiter.askAgainAt(now, tokens) - now;
    if (waitMs > 0) return waitMs;
    const allowed = this.#queue.maxConcurrentRequests - this.#inFlight.total;
    this.#full = allowed <= 0;
    const { inherited } = this.#inFlight;
    if (this.#full) return inherited > 0 ? { kind: 'requests', waiting: inherited } : Infinity;
    const most = this.#isFree ? allowed : Math.min(this.#limiter.takeable(now), allowed);
    const wanted = Math.min(most, MAX_TASKS_PER_CLAIM);
    const { asked, claimed } = await this.#claims.claim(wanted, (most) =>
      this.#doorbells.session.claim(this.#queue.name, most),
    );
    const ms = this.#tools.clock.now() - now;
    if (asked > 0) this.#tools.claimReturned?.(this.#queue.name, claimed, ms);
    if (!this.#isFree) this.#limiter.take(claimed, this.#tools.clock.now());
    if (claimed > 0) this.#sleep.foundWork();
    if (claimed > 0) this.#notifications.foundWork();
    if (asked === 0) return { kind: 'slots' };
    this.#behind = claimed === asked;
    return this.#behind ? 0 : 'nothing';
  }

  #setBlocker(what: Blocker | undefined): void {
    this.#tools.setBlocker(this.#queue.name, what);
  }
}

function settingsOf({ others: _, restedSeconds: __, enforcedRate: ___, ...settings }: DispatcherQueue) {
  return settings;
}
