// The queues this process leads, each push queue with the runner that claims for it.

import type { DispatcherQueue } from '../../domain/queue.ts';
import { Doorbells } from '../claiming/doorbells.ts';
import { type Carryover, QueueRunner } from '../claiming/queue-runner.ts';
import { changesRate } from '../claiming/rate-limiter.ts';
import type { RunnerTools } from '../claiming/runner-tools.ts';
import type { ClaimedDispatch, ClaimSession } from '../database/ports.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { QueueSet } from './leader.ts';

/** A leadership that has ended. */
interface Ended {
  carryover: Carryover;
  queue: DispatcherQueue;
}

/** Whoever adds to a queue that is asleep tells it; the poll is for what got lost on the way, and must not cost more the more queues there are. */
const MOST_ASLEEP_A_POLL = 500;

export class LedQueues implements QueueSet {
  readonly #tools: RunnerTools;
  readonly #led = new Map<number, DispatcherQueue>();
  readonly #runners = new Map<number, QueueRunner>();
  readonly #byName = new Map<string, QueueRunner>();
  readonly #ended = new Map<number, Ended>();
  #doorbells: Doorbells | undefined;
  /** How far the polls have come among the queues that are asleep. */
  #polled = 0;

  /** Claim as tasks come due; otherwise only when told to, by `runOnce`. Set it before the first queue is led. */
  automatic = false;

  constructor(tools: RunnerTools) {
    this.#tools = tools;
  }

  /** Every queue that is led, pull queues too. */
  get all(): DispatcherQueue[] {
    return [...this.#led.values()];
  }

  /** Those of which attempts of former leaders are under way, and have to be counted again. */
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

  /** Resolves when nothing is claimed any more. */
  async stop(): Promise<void> {
    await Promise.all([...this.#led.keys()].map((id) => this.leave(id)));
  }

  /** The name of a queue that is led; undefined: this one is not. */
  nameOf(queueId: number | undefined): string | undefined {
    return queueId === undefined ? undefined : this.#led.get(queueId)?.name;
  }

  /** A notification said that something was added to the queue. */
  notify(queue: string): void {
    this.#byName.get(queue)?.notify();
  }

  /** A task of the queue is tried again. */
  wake(queue: string): void {
    this.#byName.get(queue)?.wake();
  }

  /** Takes note of an attempt's outcome: it may say that the queue is too fast. */
  observe(dispatch: ClaimedDispatch, outcome: Outcome): void {
    this.#byName.get(dispatch.queue)?.observe(dispatch, outcome);
  }

  /** Tasks of the queue wait for a place at their target, or do no more. */
  waitingForTarget(queue: string, more: 1 | -1, target: string): void {
    this.#byName.get(queue)?.waitingForTarget(more, target);
  }

  /** Tasks a second that a queue is held to; null: it is not throttled, or not led. */
  throttledTo(queue: string): number | null {
    return this.#byName.get(queue)?.carryover.limiter.throttledTo(this.#tools.clock.now()) ?? null;
  }

  /** A notification said that some task of the queue may be forced to run. */
  notifyForced(queue: string): void {
    this.#byName.get(queue)?.notifyForced();
  }

  /** RefreshLoop with one statement for what nobody announced: at queues that are awake, and at some of those asleep, in turn. */
  async poll(): Promise<void> {
    const [asleep, awake] = [[] as QueueRunner[], [] as QueueRunner[]];
    for (const runner of this.#runners.values()) (runner.isAsleep ? asleep : awake).push(runner);
    this.#polled = this.#polled < asleep.length ? this.#polled : 0;
    const turn = asleep.slice(this.#polled, this.#polled + MOST_ASLEEP_A_POLL);
    this.#polled += turn.length;
    await this.pollQueues([...awake, ...turn].map(({ queue }) => queue.name));
  }

  /** The same, at these queues: all of them, unless some are named. */
  async pollQueues(queues: readonly string[] = [...this.#byName.keys()]): Promise<void> {
    const led = queues.filter((queue) => this.#byName.has(queue));
    const doorbells = this.#doorbells;
    if (!doorbells || led.length === 0) return;
    const times = await doorbells.session.msToDue(led);
    for (const [queue, ms] of times) this.#byName.get(queue)?.polled(ms);
  }

  /** One pass of every queue. */
  async runOnce(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.runOnce()));
  }

  /**
   * Not faster than our own rate limiter, nor than what is on record allows: another may have led since, if for a moment only. The record is rounded up to a second, so that after
   * a lost connection a queue may have to wait for tokens that it had.
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
