// Sends the tasks of push queues to their handlers.
//
//               refresh-loop ──▶ leader ──▶ led-queues                               leadership/  which queues this process leads
//                                               │ one runner a queue
//   notification, due time, poll ──▶ queue-runner ──▶ claims ◀── slots, rate-limiter  claiming/    what may start now
//                                               │ claimed tasks
//               deliveries ──▶ admission ──▶ sender ──▶ the handler, over HTTP        delivery/    one attempt each
//                                               │ outcome
//               settler ──▶ complete, retry, bury or release                          settling/    recorded in the database
//
//   beside them: floor-loop, sweep-schedule, purge-cleaner, statistics                upkeep/
//   below them:  the sessions and stores that all of it runs on                       database/
//
// assembly.ts builds the stages; events.ts is how they tell each other what happened.

import { queueIdIn } from '../domain/notification.ts';
import { Loop } from '../runtime/loop.ts';
import { Lifecycle, type Service, STOP_SECONDS } from '../runtime/service.ts';
import { type Assembly, assemble } from './assembly.ts';
import type { DispatcherPorts } from './database/ports.ts';
import { CUT_OFF_MS, DatabaseSilent } from './database/silence.ts';
import { DispatcherStopped } from './delivery/outcome.ts';
import { RefreshLoop } from './leadership/refresh-loop.ts';
import type { DispatcherOptions, StopOptions } from './options.ts';
import type { RunCounts } from './upkeep/run-counts.ts';

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
  readonly #stages: Assembly;
  readonly #refreshes: RefreshLoop;
  readonly #polls: Loop;
  readonly #watch: Loop;
  #resigned = false;
  /** Notifications may have been missed. */
  #missedSome = false;

  /**
   * Connects nowhere yet.
   *
   * @param ports for tests and simulations: what stands in for the database
   * @throws RangeError on an option out of its range; TypeError on a signing key that can't be read
   */
  constructor(options: DispatcherOptions, ports?: DispatcherPorts) {
    this.#allowUrls = options.allowUrls ?? [];
    this.#stages = assemble(options, ports);
    const { clock, logger, events, listener, leader, ledQueues, pollMs } = this.#stages;
    const checkMembership = () => leader.checkMembership();
    this.#refreshes = new RefreshLoop({ checkMembership, refresh: () => this.#refresh(), clock, logger });
    this.#polls = new Loop({ name: 'polling', runOnce: () => this.#poll().then(() => pollMs), clock, logger });
    this.#watch = new Loop({ name: 'watching the database', runOnce: () => this.#watchDatabase(), clock, logger });
    events.subscribe({ invalidated: () => this.#refreshes.invalidate() });
    listener.on('taskqueue_queues', (payload) => {
      this.#refreshes.invalidate();
      if (payload === undefined) return this.#mayHaveMissedSome();
      const queue = ledQueues.nameOf(queueIdIn(payload));
      if (queue !== undefined) ledQueues.notifyForced(queue);
    });
  }

  /**
   * Resolves once it leads queues and dispatches. From then on it survives whatever happens to its connections.
   *
   * @throws what the first connection throws, InvalidTargetError on an entry of `allowUrls`; then call stop, and make a new one to try again
   */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#stages.ledQueues.automatic = true;
      for (const entry of this.#allowUrls) await this.#stages.ports.routing.allowUrl(entry);
      await this.#refresh();
      await this.#stages.listener.start();
      const loops = [this.#refreshes, this.#polls, this.#watch, this.#stages.floorLoop];
      await Promise.all(loops.map((loop) => loop.start()));
    });
  }

  /**
   * Claims no more, waits for the deliveries under way, settles them and disconnects. Those that outlast the deadline are cut off, and count as attempts
   * that failed: their tasks run again after their back-off. Whether or not the database answers, it ends three seconds after
   * the deadline, or after six.
   */
  stop({ deadlineSeconds = STOP_SECONDS }: StopOptions = {}): Promise<void> {
    const { deliveries, admission, clock } = this.#stages;
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
  async runOnce(): Promise<RunCounts> {
    if (this.#lifecycle.started) throw new Error('runOnce is for a dispatcher that was not started');
    const { ledQueues, deliveries, settler, statistics, runCounter } = this.#stages;
    const before = runCounter.counts();
    await this.#refresh(true);
    await ledQueues.runOnce();
    await deliveries.idle();
    await settler.idle();
    await statistics.flush();
    return runCounter.since(before);
  }

  /** Targets and keys first: no task may fail because a stored target is not known yet, nor leave unsigned. */
  async #refresh(alone = false): Promise<boolean> {
    const { ports, targets, externalUrls, keys, leader, sweeps, purgeCleaner, ledQueues } = this.#stages;
    const found = await ports.routing.targets(); // before the keys: a target and its key that are registered together are used together
    keys.setStored(await ports.routing.keys());
    targets.setStored(found);
    externalUrls.setAllowed(await ports.routing.allowedUrls());
    const uneven = await leader.refresh(alone);
    await sweeps.sweep(ledQueues.all.map(({ name }) => name));
    purgeCleaner.clean(ledQueues.all.filter(({ purged }) => purged).map(({ name }) => name));
    return uneven || ledQueues.inheriting.length > 0;
  }

  #mayHaveMissedSome(): void {
    this.#missedSome = true;
    this.#polls.wake();
  }

  async #poll(): Promise<void> {
    const { ledQueues } = this.#stages;
    if (!this.#missedSome) return ledQueues.poll();
    await ledQueues.pollQueues();
    this.#missedSome = false;
  }

  async #endClaims(): Promise<void> {
    const { listener, ledQueues, floorLoop, purgeCleaner } = this.#stages;
    await Promise.all([
      this.#refreshes.stop(),
      this.#polls.stop(),
      listener.stop(),
      ledQueues.stop(),
      floorLoop.stop(),
      purgeCleaner.stop(),
    ]);
  }

  /** Others take the queues over while the last deliveries end; they are told that these are still under way. */
  async #resign(): Promise<void> {
    await this.#stages.leader.resign().catch(() => {});
    this.#resigned = true;
    this.#watch.wake();
  }

  /** A dispatcher that does not hear of its database does not know who leads its queues, and after a while who sends their tasks. */
  async #watchDatabase(): Promise<number> {
    const { leader, sender, deliveries, logger } = this.#stages;
    if (this.#resigned) void leader.stayConnected().catch(() => {}); // it may hang, and this loop must not
    if (leader.silentMs >= CUT_OFF_MS && deliveries.size > 0) {
      logger.warn('the database does not answer: requests under way are cut off', { deliveries: deliveries.size });
      sender.cutOff(new DatabaseSilent());
    }
    return WATCH_MS;
  }

  async #endDeliveries(): Promise<void> {
    const { deliveries, settler } = this.#stages;
    await deliveries.idle();
    await settler.idle();
  }

  #cutOff(): void {
    const { deliveries, sender, logger } = this.#stages;
    if (deliveries.size > 0) logger.warn('stopped before all deliveries ended', { deliveries: deliveries.size });
    sender.cutOff(new DispatcherStopped());
  }

  async #close(): Promise<void> {
    const { deliveries, sender, settler, statistics, ports, leader } = this.#stages;
    deliveries.abandon();
    settler.giveUp();
    await sender.close();
    void this.#watch.stop();
    const recorded = statistics
      .flush()
      .catch(() => {})
      .then(() => ports.close());
    await this.#within(CLOSE_MS, Promise.all([recorded, leader.close()]));
  }

  /** Waits, and no longer than that; false: it is not done. */
  async #within(ms: number, work: Promise<unknown>): Promise<boolean> {
    const done = new AbortController();
    const late = this.#stages.clock.sleep(ms, done.signal).then(() => false);
    const inTime = await Promise.race([work.then(() => true), late]);
    done.abort();
    return inTime;
  }
}
