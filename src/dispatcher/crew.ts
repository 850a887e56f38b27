// The queues this process leads at the moment, each with what claims for it.

import type { DispatcherQueue } from '../domain/queue.ts';
import type { Bucket } from './bucket.ts';
import type { ClaimSession } from './effects.ts';
import type { Crew } from './leader.ts';
import { QueueRunner } from './queue-runner.ts';
import type { RunnerTools } from './runner-tools.ts';

export class QueueCrew implements Crew {
  readonly #tools: RunnerTools;
  readonly #runners = new Map<number, QueueRunner>();
  readonly #byName = new Map<string, QueueRunner>();
  /** Of every queue ever led here: leading it again must not refill its bucket. */
  readonly #buckets = new Map<number, Bucket>();

  /** Claim as tasks come due; otherwise only when told to, by `runOnce`. Set it before the first queue is led. */
  automatic = false;

  constructor(tools: RunnerTools) {
    this.#tools = tools;
  }

  get queueNames(): string[] {
    return [...this.#byName.keys()];
  }

  beforeLook(): void {
    for (const runner of this.#runners.values()) runner.beforeLook();
  }

  lead(queue: DispatcherQueue, session: ClaimSession): void {
    const runner = new QueueRunner(queue, session, this.#tools, this.#buckets.get(queue.id));
    this.#runners.set(queue.id, runner);
    this.#byName.set(queue.name, runner);
    this.#buckets.set(queue.id, runner.bucket);
    if (this.automatic) void runner.start();
  }

  update(queue: DispatcherQueue): void {
    this.#runners.get(queue.id)?.update(queue);
  }

  async leave(queueId: number): Promise<void> {
    const runner = this.#runners.get(queueId);
    if (!runner) return;
    this.#runners.delete(queueId);
    if (this.#byName.get(runner.queue.name) === runner) this.#byName.delete(runner.queue.name);
    await runner.stop();
  }

  leaveAll(): void {
    void this.stop();
  }

  /** Resolves when nothing is claimed any more. */
  async stop(): Promise<void> {
    await Promise.all([...this.#runners.keys()].map((id) => this.leave(id)));
  }

  /** Some task of the queue is tried again. */
  lookAgain(queue: string): void {
    this.#byName.get(queue)?.lookAgain();
  }

  /** A notification about one queue, or, undefined, maybe about any. */
  hear(queue: string | undefined): void {
    if (queue !== undefined) this.#byName.get(queue)?.hear();
    else for (const runner of this.#runners.values()) runner.hear();
  }

  /** One pass of every queue. */
  async runOnce(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.runOnce(true)));
  }
}
