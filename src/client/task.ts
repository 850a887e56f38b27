// Tasks that exist in the database, as add and leaseTasks return them.

import { BadTaskStateError } from '../domain/errors.ts';
import type { Lease } from '../domain/lease.ts';
import type { AddedTask } from '../domain/task.ts';

type Changeable<Handle> = { -readonly [Key in keyof Handle]: Handle[Key] };

/**
 * A task that was added. Adding it again throws BadTaskStateError; the object it was made from can be added again.
 *
 * A task added in a transaction reads as enqueued even if the transaction is rolled back later.
 */
export class Task {
  readonly queueName: string;
  /** Given by the enqueuer, or generated. */
  readonly name: string;
  /** The earliest time it may run; for a leased task, the time its lease expires. */
  readonly eta: Date;
  readonly created: Date;
  readonly wasEnqueued: boolean = true;
  /** True once the task was deleted through this object. */
  readonly wasDeleted: boolean = false;

  constructor({ queue, name, eta, created }: AddedTask) {
    this.queueName = queue;
    this.name = name;
    this.eta = eta;
    this.created = created;
  }
}

/** A task leased by a pull worker. */
export class LeasedTask extends Task {
  readonly payload: Uint8Array;
  readonly tag: string | null;
  /** Number of leases so far, including this one. */
  readonly retryCount: number;
  /** Proof of holding the lease. */
  readonly leaseToken: string;
  /** The trace context that it was added with, `traceparent` and `tracestate`; null: none. */
  readonly headers: Readonly<Record<string, string>> | null;

  constructor(lease: Lease) {
    super(lease);
    this.payload = lease.payload;
    this.tag = lease.tag;
    this.retryCount = lease.retryCount;
    this.leaseToken = lease.leaseToken;
    this.headers = lease.headers;
  }
}

/** Marks the task as deleted. */
export function markDeleted(task: Task): void {
  (task as Changeable<Task>).wasDeleted = true;
}

/** Copies the renewed lease's expiry and token to the task. */
export function renew(task: LeasedTask, lease: Lease): LeasedTask {
  const changed = task as Changeable<LeasedTask>;
  changed.eta = lease.eta;
  changed.leaseToken = lease.leaseToken;
  return task;
}

/** The task's lease token; null if it has none and needs none. */
export function leaseTokenOf(task: string | Task): string | null {
  return task instanceof LeasedTask ? task.leaseToken : null;
}

export function nameOf(task: string | Task): string {
  return task instanceof Task ? task.name : task;
}

/** @throws BadTaskStateError if the task is of another queue, or was deleted through this object */
export function requireOwn(task: Task, queue: string): void {
  if (task.queueName !== queue)
    throw new BadTaskStateError(`task ${task.name} must be of queue ${queue}, got one of queue ${task.queueName}`);
  if (task.wasDeleted) throw new BadTaskStateError(`task ${task.name} has already been deleted`);
}
