// A task between its lease and its end, in this process.

import type { LeasedTask } from '../client/task.ts';

/** held ─▶ settled: this worker has said what becomes of it. held ─▶ lost: someone else has it, or it is gone. */
export type HeldState = 'held' | 'settled' | 'lost';

/** What works on a task. */
export interface Work {
  /** The lease is lost, and why. */
  lost(reason: unknown): void;
}

export class HeldTask {
  readonly task: LeasedTask;
  /** By this process's clock (performance.now), counted from before the call: not later than the database's end. */
  leasedUntil: number;
  renewAt: number;
  state: HeldState = 'held';
  /** Undefined: it waits. */
  work: Work | undefined = undefined;
  /** How long its handler took, in milliseconds. */
  ms = 0;
  /** What its handler threw. */
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
