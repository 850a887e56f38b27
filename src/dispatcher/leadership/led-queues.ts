// The queues that this process leads, and the runners that claim for the push queues among them.

import type { DispatcherQueue } from '../../domain/queue.ts';
import { Doorbells } from '../claiming/doorbells.ts';
import { type Carryover, QueueRunner } from '../claiming/queue-runner.ts';
import { changesRate } from '../claiming/rate-limiter.ts';
import type { RunnerTools } from '../claiming/runner-tools.ts';
import type { ClaimedDispatch, ClaimSession } from '../database/ports.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Gauges } from '../upkeep/statistics.ts';
import type { QueueSet } from './leader.ts';

/** A leadership that has ended. */
interface Ended {
  carryover: Carryover;
  queue: DispatcherQueue;
}

/** What a queue that this process leads is doing now. Several may be summed up. */
export interface LedQueueFigures {
  queue: string;
  /** Number of queues. */
  queues: number;
  /** Attempts that await their response. */
  inFlight: number;
  /** Tasks that may start now. */
  tokens: number;
  /** The same, with the part of the next token. */
  level: number;
  /** Tasks per second. */
  enforcedRate: number;
}

/**
 * Enqueuers notify a sleeping queue. Polls only catch lost notifications, and must not cost more the more queues there
 * are.
 */
const MOST_ASLEEP_A_POLL = 500;

export class LedQueues implements QueueSet {
  readonly #tools: RunnerTools;
  readonly #led = new Map<number, DispatcherQueue>();
  readonly #runners = new Map<number, QueueRunner>();
  readonly #byName = new Map<string, QueueRunner>();
  readonly #ended = new Map<number, Ended>();
  #doorbells: Doorbells | undefined;
  /** The position of the polls among the sleeping queues. */
  #polled = 0;

  /** True: tasks are claimed as they come due. False: only `runOnce` claims. Set it before the first queue is led. */
  automatic = false;

  constructor(tools: RunnerTools) {
    this.#tools = tools;
  }

  /** All led queues, including pull queues. */
  get all(): DispatcherQueue[] {
    return [...this.#led.values()];
  }

  /** Queues that may have attempts of former leaders under way, which must be counted again. */
  get inheriting(): number[] {
    return [...this.#runners.values()].filter((runner) => runner.inherits).map(({ queue }) => queue.id);
  }

  lead(queue: DispatcherQueue, session: ClaimSession): void {
    this.#led.set(queue.id, queue);
    if (queue.mode === 'pull') return;
    if (this.#doorbells?.session !== session) this.#doorbells = new Doorbells(session);
    const runner = new QueueRunner(queue, this.#doorbells, this.#tools, this.#carryoverOf(queue));
    this.#runners.set(queue.id, runner);
    this.#byName.set(queue.name, runner);
    this.#ended.set(queue.id, { carryover: runner.carryover, queue });
    if (this.automatic) void runner.start();
  }

  update(queue: DispatcherQueue): void {
    this.#led.set(queue.id, queue);
    this.#runners.get(queue.id)?.update(queue);
  }

  async leave(queueId: number): Promise<void> {
    this.#led.delete(queueId);
    const runner = this.#runners.get(queueId);
    if (!runner) return;
    this.#runners.delete(queueId);
    if (this.#byName.get(runner.queue.name) === runner) this.#byName.delete(runner.queue.name);
    this.#ended.set(queueId, { carryover: runner.carryover, queue: runner.queue });
    await runner.stop();
  }

  leaveAll(): void {
    void this.stop();
  }

  /** Resolves when no claim is under way. */
  async stop(): Promise<void> {
    await Promise.all([...this.#led.keys()].map((id) => this.leave(id)));
  }

  /** The name of a led queue; undefined if this process does not lead it. */
  nameOf(queueId: number | undefined): string | undefined {
    return queueId === undefined ? undefined : this.#led.get(queueId)?.name;
  }

  /** A notification announced tasks of the queue. */
  notify(queue: string): void {
    this.#byName.get(queue)?.notify();
  }

  /** A task of the queue will be retried. */
  wake(queue: string): void {
    this.#byName.get(queue)?.wake();
  }

  /** Passes an attempt's outcome on: it may be a throttle signal. */
  observe(dispatch: ClaimedDispatch, outcome: Outcome): void {
    this.#byName.get(dispatch.queue)?.observe(dispatch, outcome);
  }

  /** One more, or one less, task of the queue waits for a slot at its target. */
  waitingForTarget(queue: string, more: 1 | -1, target: string): void {
    this.#byName.get(queue)?.waitingForTarget(more, target);
  }

  /** How a push queue is now; undefined: it is not led. */
  gauges(queue: string): Gauges | undefined {
    const { limiter, inFlight } = this.#byName.get(queue)?.carryover ?? {};
    if (!limiter || !inFlight) return undefined;
    const now = this.#tools.clock.now();
    return { tokens: limiter.takeable(now), inFlight: inFlight.total, throttledTo: limiter.throttledTo(now) };
  }

  /** The figures of all led push queues. */
  figures(): LedQueueFigures[] {
    const now = this.#tools.clock.now();
    return [...this.#runners.values()].map(({ queue, carryover: { limiter, inFlight } }) => ({
      ...{ queue: queue.name, queues: 1, inFlight: inFlight.total, tokens: limiter.takeable(now) },
      level: limiter.level(now),
      enforcedRate: limiter.throttledTo(now) ?? queue.rate,
    }));
  }

  /** A notification announced that a task of the queue may be forced to run. */
  notifyForced(queue: string): void {
    this.#byName.get(queue)?.notifyForced();
  }

  /** Finds unannounced work with one statement: in queues that are awake, and in some of the sleeping ones in turn. */
  async poll(): Promise<void> {
    const [asleep, awake] = [[] as QueueRunner[], [] as QueueRunner[]];
    for (const runner of this.#runners.values()) (runner.isAsleep ? asleep : awake).push(runner);
    this.#polled = this.#polled < asleep.length ? this.#polled : 0;
    const turn = asleep.slice(this.#polled, this.#polled + MOST_ASLEEP_A_POLL);
    this.#polled += turn.length;
    await this.pollQueues([...awake, ...turn].map(({ queue }) => queue.name));
  }

  /** Polls these queues; all if none are given. */
  async pollQueues(queues: readonly string[] = [...this.#byName.keys()]): Promise<void> {
    const led = queues.filter((queue) => this.#byName.has(queue));
    const doorbells = this.#doorbells;
    if (!doorbells || led.length === 0) return;
    const times = await doorbells.session.msToDue(led);
    for (const [queue, ms] of times) this.#byName.get(queue)?.polled(ms);
  }

  /** Runs one pass of every queue. */
  async runOnce(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.runOnce()));
  }

  /**
   * The state that a new leadership continues with. It is no faster than this process's own rate limiter, nor than the
   * record allows: another dispatcher may have led since, if only for a moment. The record is rounded up to a second,
   * so after a lost connection a queue may wait for tokens that it already had.
   */
  #carryoverOf(queue: DispatcherQueue): Partial<Carryover> {
    const ended = this.#ended.get(queue.id);
    if (!ended) return {};
    const now = this.#tools.clock.now();
    const { limiter } = ended.carryover;
    if (changesRate(queue, ended.queue)) limiter.configure(queue, now);
    limiter.takeOver(queue, now);
    return ended.carryover;
  }
}
