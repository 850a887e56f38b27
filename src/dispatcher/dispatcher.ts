// Sends the tasks of push queues to their handlers: claims what is due, delivers it, settles what became of it.

import { queueIdIn } from '../domain/notification.ts';
import { Loop } from '../runtime/loop.ts';
import { Lifecycle, type Service } from '../runtime/service.ts';
import { makeParts, type Parts } from './assembly.ts';
import type { DispatcherEffects } from './database/ports.ts';
import { CUT_OFF_MS, DatabaseSilent } from './database/silence.ts';
import { DispatcherStopped } from './delivery/outcome.ts';
import { Looks } from './leadership/refresh-loop.ts';
import { type DispatcherOptions, STOP_SECONDS, type StopOptions } from './options.ts';
import type { TallyCounts } from './upkeep/run-counts.ts';

/** For claims under way, and for whatever else the database is asked at the moment. */
const LAST_CLAIMS_MS = 2_000;
/** For telling the database which attempts were cut off. */
const LAST_SETTLES_MS = 2_000;
/** For closing connections that may not answer any more. */
const CLOSE_MS = 1_000;
/** How often it is looked whether the database answers, and how often a dispatcher that stops says that it is there. */
const WATCH_MS = 2_000;

/**
 * Any number of dispatchers may run on one database: they divide the queues, and take over each other's when one ends.
 *
 * @example
 * const dispatcher = new Dispatcher({ database: 'postgres://localhost/app', targets: { default: 'http://localhost:3000' } })
 * await dispatcher.start()
 * // … until the process is told to end:
 * await dispatcher.stop()
 */
export class Dispatcher implements Service {
  readonly #lifecycle = new Lifecycle('dispatcher');
  readonly #allowUrls: readonly string[];
  readonly #parts: Parts;
  readonly #looks: Looks;
  readonly #polls: Loop;
  readonly #watch: Loop;
  #resigned = false;
  /** Notifications may have been missed. */
  #deaf = false;

  /**
   * Connects nowhere yet.
   *
   * @param effects for tests and simulations: what stands in the place of the database
   * @throws RangeError on an option out of its range; TypeError on a signing key that can't be read
   */
  constructor(options: DispatcherOptions, effects?: DispatcherEffects) {
    this.#allowUrls = options.allowUrls ?? [];
    this.#parts = makeParts(options, () => this.#looks.outdated(), effects);
    const { clock, logger, listener, leader, crew, pollMs } = this.#parts;
    this.#looks = new Looks({ glance: () => leader.glance(), look: () => this.#look(), clock, logger });
    this.#polls = new Loop({ name: 'polling', runOnce: () => this.#poll().then(() => pollMs), clock, logger });
    this.#watch = new Loop({ name: 'watching the database', runOnce: () => this.#watchDatabase(), clock, logger });
    listener.on('taskqueue_queues', (payload) => {
      this.#looks.outdated();
      if (payload === undefined) return this.#wasDeaf(); // we could not hear for a moment
      const queue = crew.nameOf(queueIdIn(payload));
      if (queue !== undefined) crew.ringForForced(queue);
    });
  }

  /**
   * Resolves once it leads queues and dispatches. From then on it survives whatever happens to its connections.
   *
   * @throws what the first connection throws, InvalidTargetError on an entry of `allowUrls`; then call stop, and make a new one to try again
   */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#parts.crew.automatic = true;
      for (const entry of this.#allowUrls) await this.#parts.store.allowUrl(entry);
      await this.#look();
      await this.#parts.listener.start();
      await Promise.all([this.#looks, this.#polls, this.#watch, this.#parts.keeper].map((loop) => loop.start()));
    });
  }

  /**
   * Claims no more, waits for the deliveries under way, settles them and disconnects. Those that outlast the deadline are cut off, and count as attempts
   * that failed: their tasks run again after their back-off. Whether or not the database answers, it ends three seconds after
   * the deadline, or after six.
   */
  stop({ deadlineSeconds = STOP_SECONDS }: StopOptions = {}): Promise<void> {
    const { deliveries, admission, clock } = this.#parts;
    deliveries.close();
    admission.close();
    return this.#lifecycle.stop(async () => {
      const deadline = clock.now() + deadlineSeconds * 1000;
      await this.#within(LAST_CLAIMS_MS, this.#endClaims());
      await this.#within(CLOSE_MS, this.#resign());
      const ended = this.#endDeliveries();
      if (!(await this.#within(deadline - clock.now(), ended))) {
        this.#cutOff();
        await this.#within(LAST_SETTLES_MS, ended);
      }
      await this.#close();
    });
  }

  /**
   * One pass, for tests, on a dispatcher that is not started: leads every queue it can, claims once what may run now (at most 100 tasks a
   * queue), sends it, settles it, and says what became of it. Call stop at the end.
   */
  async runOnce(): Promise<TallyCounts> {
    if (this.#lifecycle.started) throw new Error('runOnce is for a dispatcher that was not started');
    const { crew, deliveries, settler, statistics, tally } = this.#parts;
    const before = tally.counts();
    await this.#look(true);
    await crew.runOnce();
    await deliveries.idle();
    await settler.idle();
    await statistics.flush();
    return tally.since(before);
  }

  /** Keys and targets first: a task must not fail for want of a target that is stored, nor leave unsigned. */
  async #look(alone = false): Promise<boolean> {
    const { targets, freeUrls, keys, store, leader, sweeps, cleaner, crew } = this.#parts;
    const found = await store.targets(); // before the keys: who registers both at once means them to be signed
    keys.setStored(await store.keys());
    targets.setStored(found);
    freeUrls.setAllowed(await store.allowedUrls());
    const uneven = await leader.look(alone);
    await sweeps.sweep(crew.queues.map(({ name }) => name));
    cleaner.clean(crew.queues.filter(({ purged }) => purged).map(({ name }) => name));
    return uneven || crew.inheriting.length > 0;
  }

  #wasDeaf(): void {
    this.#deaf = true;
    this.#polls.wake();
  }

  async #poll(): Promise<void> {
    const { crew } = this.#parts;
    if (!this.#deaf) return crew.poll();
    await crew.pollQueues();
    this.#deaf = false;
  }

  async #endClaims(): Promise<void> {
    const { listener, crew, keeper, cleaner } = this.#parts;
    await Promise.all([
      this.#looks.stop(),
      this.#polls.stop(),
      listener.stop(),
      crew.stop(),
      keeper.stop(),
      cleaner.stop(),
    ]);
  }

  /** Others take the queues over while the last deliveries end; they are told that these are still under way. */
  async #resign(): Promise<void> {
    await this.#parts.leader.resign().catch(() => {});
    this.#resigned = true;
    this.#watch.wake();
  }

  /** A dispatcher that does not hear of its database does not know who leads its queues, and after a while who sends their tasks. */
  async #watchDatabase(): Promise<number> {
    const { leader, sender, deliveries, logger } = this.#parts;
    if (this.#resigned) void leader.stayConnected().catch(() => {}); // it may hang, and this loop must not
    if (leader.silentMs >= CUT_OFF_MS && deliveries.size > 0) {
      logger.warn('the database does not answer: requests under way are cut off', { deliveries: deliveries.size });
      sender.cutOff(new DatabaseSilent());
    }
    return WATCH_MS;
  }

  async #endDeliveries(): Promise<void> {
    const { deliveries, settler } = this.#parts;
    await deliveries.idle();
    await settler.idle();
  }

  #cutOff(): void {
    const { deliveries, sender, logger } = this.#parts;
    if (deliveries.size > 0) logger.warn('stopped before all deliveries ended', { deliveries: deliveries.size });
    sender.cutOff(new DispatcherStopped());
  }

  async #close(): Promise<void> {
    const { deliveries, sender, settler, statistics, store, leader } = this.#parts;
    deliveries.abandon();
    settler.giveUp();
    await sender.close();
    void this.#watch.stop();
    const recorded = statistics
      .flush()
      .catch(() => {})
      .then(() => store.close());
    await this.#within(CLOSE_MS, Promise.all([recorded, leader.close()]));
  }

  /** Waits, and no longer than that; false: it is not done. */
  async #within(ms: number, work: Promise<unknown>): Promise<boolean> {
    const done = new AbortController();
    const late = this.#parts.clock.sleep(ms, done.signal).then(() => false);
    const inTime = await Promise.race([work.then(() => true), late]);
    done.abort();
    return inTime;
  }
}
