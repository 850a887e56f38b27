// A task between its lease and its end, in this process.

import type { LeasedTask } from '../client/task.ts';

/** held ─▶ settled: this worker has said what becomes of it. held ─▶ lost: someone else has it, or it is gone. */
export type HeldState = 'held' | 'settled' | 'lost';

export class HeldTask {
  readonly task: LeasedTask;
  /** By this process's clock (performance.now), counted from before the call: not later than the database's end. */
  leasedUntil: number;
  renewAt: number;
  state: HeldState = 'held';
  /** Told when the lease is lost, and why. */
  onLost: ((reason: unknown) => void) | undefined;

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
    this.onLost?.(reason);
  }
}
