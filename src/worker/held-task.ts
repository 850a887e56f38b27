// A task in this process, from its lease until it is settled or lost.

import type { LeasedTask } from '../client/task.ts';

/** held ─▶ settled: this worker has decided the outcome. held ─▶ lost: another worker has the task, or it is gone. */
export type HeldState = 'held' | 'settled' | 'lost';

/** The work on a task. */
export interface Work {
  /** The lease was lost, for this reason. */
  lost(reason: unknown): void;
}

export class HeldTask {
  readonly task: LeasedTask;
  /** By the worker's clock, in milliseconds, counted from before the call: never after the database's time. */
  leasedUntil: number;
  renewAt: number;
  state: HeldState = 'held';
  /** Undefined while the task waits. */
  work: Work | undefined = undefined;
  /** How long its handler took, in milliseconds. */
  ms = 0;
  /** The error that its handler threw. */
  failure: { error: unknown } | undefined = undefined;

  constructor(task: LeasedTask, calledAt: number, leaseSeconds: number) {
    this.task = task;
    this.leasedUntil = calledAt + leaseSeconds * 1000;
    this.renewAt = calledAt + leaseSeconds * 500;
  }

  renewed(calledAt: number, leaseSeconds: number): void {
    this.leasedUntil = calledAt + leaseSeconds * 1000;
    this.renewAt = calledAt + leaseSeconds * 500;
  }

  lose(reason: unknown): void {
    if (this.state !== 'held') return;
    this.state = 'lost';
    this.work?.lost(reason);
  }
}
