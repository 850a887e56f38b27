// Sends the tasks of push queues to their handlers.
//
//       refresh-loop ──▶ leader ──▶ led-queues                  leadership/  which queues this process leads
//                                       │ one runner per queue
//   notification, due time, poll ──▶ queue-runner               claiming/    what may start now
//                                       │ claims, within slots and rate limits
//       deliveries ──▶ admission ──▶ sender ──▶ the handler     delivery/    one attempt each, over HTTP
//                                       │ outcome
//       settler ──▶ complete, retry, bury or release            settling/    recorded in the database
//
//   beside them: floor-loop, sweep-schedule, purge-cleaner, statistics       upkeep/
//                attempt-log, hooks                                          reporting/   told to people and programs
//   below them:  the sessions and stores that every stage uses               database/
//
// assembly.ts builds the stages; they communicate through events.ts.

import { queueIdIn } from '../domain/notification.ts';
import { Loop } from '../runtime/loop.ts';
import { requireDeadline } from '../runtime/option-checks.ts';
import { Lifecycle, type Service, STOP_SECONDS } from '../runtime/service.ts';
import { within } from '../runtime/within.ts';
import { type Assembly, assemble } from './assembly.ts';
import type { DispatcherPorts } from './database/ports.ts';
import { CUT_OFF_MS, DatabaseSilent } from './database/silence.ts';
import { DispatcherStopped } from './delivery/outcome.ts';
import { RefreshLoop } from './leadership/refresh-loop.ts';
import { type DispatcherOptions, requireDispatcherOptions, type StopOptions } from './options.ts';
import type { RunResult } from './upkeep/run-counts.ts';

/** Time for claims and other statements under way to finish. */
const LAST_CLAIMS_MS = 2_000;
/** Time to record the attempts that were cut off. */
const LAST_SETTLES_MS = 2_000;
/** Time to close connections that may no longer answer. */
const CLOSE_MS = 1_000;
/** How often it checks that the database answers, and how often a stopping dispatcher reports that it is alive. */
const WATCH_MS = 2_000;

/** For reporting/observe.ts. */
export let stagesOf: (dispatcher: Dispatcher) => Assembly;

/**
 * Any number of dispatchers may run on one database: they divide the queues, and take over those of a dispatcher that
 * ends.
 *
 * @example
 * const targets = { default: 'http://localhost:3000' }
 * const dispatcher = new Dispatcher({ database: 'postgres://localhost/app', targets })
 * await dispatcher.start()
 * // … when the process is asked to terminate:
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

  static {
    stagesOf = (dispatcher) => dispatcher.#stages;
  }

  /**
   * Does not connect yet.
   *
   * @param ports replaces the database in tests and simulations
   * @throws RangeError if an option is out of range; TypeError if one is unknown or of the wrong type, or a signing key
   * cannot be read
   */
  constructor(options: DispatcherOptions, ports?: DispatcherPorts) {
    requireDispatcherOptions(options);
    this.#allowUrls = options.allowUrls ?? [];
    this.#stages = assemble(options, ports);
    const { clock, logger, events, listener, leader, ledQueues, pollMs } = this.#stages;
    const checkMembership = () => leader.checkMembership();
    const failed = (error: unknown) => events.publish('databaseFailed', error);
    this.#refreshes = new RefreshLoop({ checkMembership, refresh: () => this.#refresh(), failed, clock, logger });
    this.#polls = new Loop({ name: 'polling', runOnce: () => this.#poll().then(() => pollMs), failed, clock, logger });
    this.#watch = new Loop({ name: 'watching the database', runOnce: () => this.#watchDatabase(), clock, logger });
    events.subscribe({ invalidated: () => this.#refreshes.invalidate() });
    listener.on('taskqueue_queues', (payload) => {
      this.#refreshes.invalidate();
      this.#stages.deathNotices.check();
      if (payload === undefined) return this.#mayHaveMissedSome();
      const queue = ledQueues.nameOf(queueIdIn(payload));
      if (queue !== undefined) ledQueues.notifyForced(queue);
    });
  }

  /**
   * Resolves once this process leads queues and dispatches their tasks. From then on it survives any loss of its
   * connections.
   *
   * @throws SchemaVersionError if the database has no taskqueue schema, or one that this program cannot run on (run
   * `pgtaskqueue migrate`); TransientError if the database is unreachable; PermissionDeniedError if the login may not
   * dispatch; InvalidTargetError if an entry of `allowUrls` is invalid. After an error, call stop and create a new
   * dispatcher.
   */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#stages.ledQueues.automatic = true;
      await this.#stages.ports.requireSchema();
      for (const entry of this.#allowUrls) await this.#stages.ports.routing.allowUrl(entry);
      await this.#refresh();
      await this.#stages.listener.start();
      const { floorLoop, deathNotices } = this.#stages;
      const loops = [this.#refreshes, this.#polls, this.#watch, floorLoop, deathNotices];
      await Promise.all(loops.map((loop) => loop.start()));
    });
  }

  /**
   * Stops claiming, waits for the deliveries under way, records their outcomes and disconnects. Deliveries that outlast
   * the deadline are cut off and count as failed attempts: their tasks run again after their back-off. Stopping takes
   * at most three seconds longer than the deadline, or six if the database does not answer.
   *
   * @throws RangeError for a negative deadline
   */
  async stop({ deadlineSeconds = STOP_SECONDS }: StopOptions = {}): Promise<void> {
    requireDeadline('deadlineSeconds', deadlineSeconds);
    const { deliveries, admission, clock } = this.#stages;
    deliveries.close();
    admission.close();
    return this.#lifecycle.stop(async () => {
      const deadline = clock.now() + deadlineSeconds * 1000;
      await within(LAST_CLAIMS_MS, this.#endClaims(), clock);
      await within(CLOSE_MS, this.#resign(), clock);
      const ended = this.#endDeliveries();
      if (!(await within(deadline - clock.now(), ended, clock))) {
        this.#cutOff();
        await within(LAST_SETTLES_MS, ended, clock);
      }
      await this.#close();
    });
  }

  /**
   * One pass on a dispatcher that was not started, for tests: leads every queue it can, claims once what may run now
   * (at most 100 tasks per queue), sends it, records the outcomes and returns their counts. Call stop at the end.
   *
   * @throws as start does
   * @example
   * const { claimed, ledElsewhere } = await dispatcher.runOnce()
   * if (ledElsewhere.length > 0) console.warn('another process dispatches', ledElsewhere)
   */
  async runOnce(): Promise<RunResult> {
    if (this.#lifecycle.started) throw new Error('runOnce must be called on a dispatcher that was not started');
    const { ports, leader, ledQueues, deliveries, settler, statistics, histograms, runCounter } = this.#stages;
    const before = runCounter.counts();
    await ports.requireSchema();
    await this.#refresh(true);
    await ledQueues.runOnce();
    await deliveries.idle();
    await settler.idle();
    await Promise.all([statistics.flush(), histograms.flush()]);
    return { ...runCounter.since(before), ledElsewhere: [...leader.ledElsewhere] };
  }

  /**
   * Targets and keys are read first: no task may fail because a stored target is not known yet, nor be sent unsigned.
   */
  async #refresh(alone = false): Promise<boolean> {
    const { ports, targets, externalUrls, keys, leader, sweeps, purgeCleaner, ledQueues } = this.#stages;
    const found = await ports.routing.targets(); // before the keys, or a new target could be used without its key
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
    const { listener, ledQueues, floorLoop, purgeCleaner, deathNotices } = this.#stages;
    await Promise.all([
      this.#refreshes.stop(),
      this.#polls.stop(),
      listener.stop(),
      ledQueues.stop(),
      floorLoop.stop(),
      purgeCleaner.stop(),
      deathNotices.stop(),
    ]);
  }

  /** Lets others take over the queues while the last deliveries end, and reports that those are still under way. */
  async #resign(): Promise<void> {
    await this.#stages.leader.resign().catch(() => {});
    this.#resigned = true;
    this.#watch.wake();
  }

  /**
   * A dispatcher cut off from its database does not know who leads its queues and, after a while, who sends their
   * tasks.
   */
  async #watchDatabase(): Promise<number> {
    const { leader, sender, deliveries, logger } = this.#stages;
    if (this.#resigned) void leader.stayConnected().catch(() => {}); // it may hang, and this loop must not
    if (leader.silentMs >= CUT_OFF_MS && deliveries.size > 0) {
      logger.warn('the database does not answer; cutting off requests under way', { deliveries: deliveries.size });
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
    if (deliveries.size > 0)
      logger.warn('the stop deadline passed; cutting off deliveries under way', { deliveries: deliveries.size });
    sender.cutOff(new DispatcherStopped());
  }

  async #close(): Promise<void> {
    const { deliveries, sender, settler, statistics, histograms, blockers, attemptLog, ports, leader, clock } =
      this.#stages;
    deliveries.abandon();
    settler.giveUp();
    attemptLog.close();
    await sender.close();
    void this.#watch.stop();
    const records = [statistics.flush(), histograms.flush(), blockers.stop()];
    const recorded = Promise.allSettled(records).then(() => ports.close());
    await within(CLOSE_MS, Promise.all([recorded, leader.close()]), clock);
  }
}
