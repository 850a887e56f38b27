// The queues this process leads at the moment, each push queue with what claims for it.

import type { DispatcherQueue } from '../../domain/queue.ts';
import { Doorbell } from '../claiming/doorbell.ts';
import { type Left, QueueRunner } from '../claiming/queue-runner.ts';
import { isPacedAnew } from '../claiming/rate-limiter.ts';
import type { RunnerTools } from '../claiming/runner-tools.ts';
import type { ClaimedDispatch, ClaimSession } from '../database/ports.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Crew } from './leader.ts';

/** A leadership that has ended. */
interface Ended {
  left: Left;
  queue: DispatcherQueue;
}

/** Whoever adds to a queue that is asleep tells it; the poll is for what got lost on the way, and must not cost more the more queues there are. */
const MOST_ASLEEP_A_POLL = 500;

export class QueueCrew implements Crew {
  readonly #tools: RunnerTools;
  readonly #led = new Map<number, DispatcherQueue>();
  readonly #runners = new Map<number, QueueRunner>();
  readonly #byName = new Map<string, QueueRunner>();
  readonly #ended = new Map<number, Ended>();
  #doorbell: Doorbell | undefined;
  /** How far the polls have come among the queues that are asleep. */
  #polled = 0;

  /** Claim as tasks come due; otherwise only when told to, by `runOnce`. Set it before the first queue is led. */
  automatic = false;

  constructor(tools: RunnerTools) {
    this.#tools = tools;
  }

  /** Every queue that is led, pull queues too. */
  get queues(): DispatcherQueue[] {
    return [...this.#led.values()];
  }

  /** Those of which attempts of former leaders are under way, and have to be counted again. */
  get inheriting(): number[] {
    return [...this.#runners.values()].filter((runner) => runner.inherits).map(({ queue }) => queue.id);
  }

  lead(queue: DispatcherQueue, session: ClaimSession): void {
    this.#led.set(queue.id, queue);
    if (queue.mode === 'pull') return;
    if (this.#doorbell?.session !== session) this.#doorbell = new Doorbell(session);
    const runner = new QueueRunner(queue, this.#doorbell, this.#tools, this.#leftOf(queue));
    this.#runners.set(queue.id, runner);
    this.#byName.set(queue.name, runner);
    this.#ended.set(queue.id, { left: runner.left, queue });
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
    this.#ended.set(queueId, { left: runner.left, queue: runner.queue });
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
  ring(queue: string): void {
    this.#byName.get(queue)?.ring();
  }

  /** A task of the queue is tried again. */
  wake(queue: string): void {
    this.#byName.get(queue)?.wake();
  }

  /** What became of an attempt. */
  hear(dispatch: ClaimedDispatch, outcome: Outcome): void {
    this.#byName.get(dispatch.queue)?.hear(dispatch, outcome);
  }

  /** Tasks of the queue wait for a place at their target, or do no more. */
  waitForTarget(queue: string, more: 1 | -1, target: string): void {
    this.#byName.get(queue)?.waitForTarget(more, target);
  }

  /** Tasks a second that a queue is held to; null: it is not throttled, or not led. */
  throttledTo(queue: string): number | null {
    return this.#byName.get(queue)?.left.pace.throttledTo(this.#tools.clock.now()) ?? null;
  }

  /** A notification said that some task of the queue may be forced to run. */
  ringForForced(queue: string): void {
    this.#byName.get(queue)?.ringForForced();
  }

  /** Looks with one statement for what nobody announced: at queues that are awake, and at some of those asleep, in turn. */
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
    const doorbell = this.#doorbell;
    if (!doorbell || led.length === 0) return;
    const times = await doorbell.session.msToDue(led);
    for (const [queue, ms] of times) this.#byName.get(queue)?.polled(ms);
  }

  /** One pass of every queue. */
  async runOnce(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.runOnce()));
  }

  /**
   * Not faster than our own pace, nor than what is on record allows: another may have led since, if for a moment only. The record is rounded up to a second, so that after
   * a lost connection a queue may have to wait for tokens that it had.
   */
  #leftOf(queue: DispatcherQueue): Partial<Left> {
    const ended = this.#ended.get(queue.id);
    if (!ended) return {};
    const now = this.#tools.clock.now();
    const { pace } = ended.left;
    if (isPacedAnew(queue, ended.queue)) pace.configure(queue, now);
    pace.takeOver(queue, now);
    return ended.left;
  }
}
