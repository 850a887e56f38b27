// Renews leases while their tasks are being handled. Each is renewed at half of its time, and those due together share
// a statement.

import { QueuePausedError, TaskLeaseExpiredError } from '../domain/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import type { HeldTask } from './held-task.ts';
import type { LeaseWriter } from './lease-writer.ts';

/**
 * Fraction of the lease: renewals due within this are made along with those due now, and a failed renewal is retried
 * after it.
 */
const SLACK = 0.1;

export class Renewals {
  readonly #held = new Set<HeldTask>();
  readonly #leaseWriter: LeaseWriter;
  readonly #leaseSeconds: number;
  readonly #lost: (held: HeldTask) => void;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;
  #timerAt = Infinity;

  /** @param lost called with tasks that another worker has by now, after their signals were aborted */
  constructor(
    leaseWriter: LeaseWriter,
    { leaseSeconds, clock }: { leaseSeconds: number; clock: Clock },
    lost: (held: HeldTask) => void,
  ) {
    this.#leaseWriter = leaseWriter;
    this.#leaseSeconds = leaseSeconds;
    this.#clock = clock;
    this.#lost = lost;
  }

  add(held: HeldTask): void {
    this.#held.add(held);
    if (held.renewAt < this.#timerAt) this.#schedule(held.renewAt);
  }

  remove(held: HeldTask): void {
    this.#held.delete(held);
    if (this.#held.size === 0) this.#schedule(Infinity);
  }

  #schedule(at: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#timerAt = at;
    if (at === Infinity) return;
    this.#cancel = this.#clock.alarm(Math.max(1, at - this.#clock.now()), () => this.#renewDue());
  }

  #renewDue(): void {
    const slackMs = this.#leaseSeconds * 1000 * SLACK;
    const now = this.#clock.now();
    for (const held of this.#held) {
      if (held.renewAt > now + slackMs) continue;
      held.renewAt = now + slackMs; // if it fails
      void this.#renew(held);
    }
    this.#schedule(Math.min(...[...this.#held].map(({ renewAt }) => renewAt)));
  }

  async #renew(held: HeldTask): Promise<void> {
    const calledAt = this.#clock.now();
    try {
      const eta = await this.#leaseWriter.renew(held, this.#leaseSeconds);
      if (eta) held.renewed(calledAt, this.#leaseSeconds);
      else if (this.#held.has(held)) this.#lose(held);
    } catch (error) {
      // While the queue is paused, leases cannot be renewed, but nobody else can lease the tasks either.
      if (!(error instanceof QueuePausedError) && this.#clock.now() > held.leasedUntil) this.#lose(held);
    }
  }

  #lose(held: HeldTask): void {
    if (held.state !== 'held') return;
    held.lose(new TaskLeaseExpiredError(`lost the lease on task ${held.task.name}`, { hint: 'Stop working on it.' }));
    this.remove(held);
    this.#lost(held);
  }
}
