// Sends the tasks of push queues to their handlers: claims what is due, delivers it, settles what became of it.

import { Loop } from '../runtime/loop.ts';
import { Lifecycle, type Service } from '../runtime/service.ts';
import type { DispatcherOptions, StopOptions } from './options.ts';
import { makeParts, type Parts } from './parts.ts';
import type { TallyCounts } from './tally.ts';

const LOOK_EVERY_MS = 1_000;
const DEFAULT_STOP_SECONDS = 10;
/** For closing connections that may not answer any more. */
const CLOSE_MS = 1_000;

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
  readonly #parts: Parts;
  readonly #looks: Loop;

  /** Connects nowhere yet. @throws RangeError on an option out of its range */
  constructor(options: DispatcherOptions) {
    this.#parts = makeParts(options);
    const { clock, logger, listener, crew } = this.#parts;
    this.#looks = new Loop({ name: 'looking at the queues', runOnce: () => this.#lookAndSleep(), clock, logger });
    listener.on('taskqueue_wake', (queue) => crew.hear(queue));
    listener.on('taskqueue_queues', () => this.#looks.wake());
  }

  /**
   * Resolves once it leads queues and dispatches. From then on it survives whatever happens to its connections.
   *
   * @throws what the first connection throws; then call stop, and make a new one to try again
   */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#parts.crew.automatic = true;
      await this.#look();
      await this.#parts.listener.start();
      await this.#looks.start();
    });
  }

  /**
   * Claims no more, waits for the deliveries under way, settles them and disconnects. Those that outlast the deadline are cut off: their
   * tasks run again when their leases end.
   */
  stop({ deadlineSeconds = DEFAULT_STOP_SECONDS }: StopOptions = {}): Promise<void> {
    const { clock, deliveries } = this.#parts;
    deliveries.close();
    return this.#lifecycle.stop(async () => {
      const done = new AbortController();
      await Promise.race([this.#windDown(), clock.sleep(deadlineSeconds * 1000, done.signal)]);
      done.abort();
      await this.#cutOff();
    });
  }

  /**
   * One pass, for tests, on a dispatcher that is not started: leads every queue it can, claims once what may run now (at most 100 tasks a
   * queue), sends it, settles it, and says what became of it. Call stop at the end.
   */
  async runOnce(): Promise<TallyCounts> {
    if (this.#lifecycle.started) throw new Error('runOnce is for a dispatcher that was not started');
    const { crew, deliveries, settler, upkeep, tally } = this.#parts;
    const before = tally.counts();
    await this.#look(true);
    await crew.runOnce();
    await deliveries.idle();
    await settler.idle();
    await upkeep.recordStatistics();
    return tally.since(before);
  }

  async #lookAndSleep(): Promise<number> {
    await this.#look();
    return LOOK_EVERY_MS;
  }

  /** Targets first: a task must not fail for want of a target that is stored. */
  async #look(alone = false): Promise<void> {
    const { targets, store, leader, upkeep, crew } = this.#parts;
    targets.setStored(await store.targets());
    await leader.look(alone);
    await upkeep.recordStatistics();
    await upkeep.sweep(crew.queueNames);
  }

  async #windDown(): Promise<void> {
    const { listener, crew, leader, deliveries, settler, upkeep } = this.#parts;
    await Promise.all([this.#looks.stop(), listener.stop(), crew.stop()]);
    await leader.close(); // others take the queues over while the last deliveries end
    await deliveries.idle();
    await settler.idle();
    await upkeep.recordStatistics().catch(() => {});
  }

  async #cutOff(): Promise<void> {
    const { clock, deliveries, sender, settler, leader, store, logger } = this.#parts;
    if (deliveries.size > 0) logger.warn('stopped before all deliveries ended', { deliveries: deliveries.size });
    deliveries.abandon();
    settler.giveUp();
    await sender.close();
    const closed = new AbortController();
    await Promise.race([Promise.all([leader.close(), store.close()]), clock.sleep(CLOSE_MS, closed.signal)]);
    closed.abort();
  }
}
