// Tasks that the database has: what add and leaseTasks give back.

import type { Lease } from '../domain/lease.ts';
import type { AddedTask } from '../domain/task.ts';

type Changeable<Handle> = { -readonly [Key in keyof Handle]: Handle[Key] };

/**
 * A task that was added. Adding it again is a BadTaskStateError; the object it was made from can be used again.
 *
 * One added in a transaction says that it was enqueued although a rollback takes it back.
 */
export class Task {
  readonly queueName: string;
  /** Given or generated. */
  readonly name: string;
  /** When it may first run; of a leased task the end of the lease. */
  readonly eta: Date;
  readonly created: Date;
  readonly wasEnqueued: boolean = true;
  /** True once it was deleted through this object. */
  readonly wasDeleted: boolean = false;

  constructor({ queue, name, eta, created }: AddedTask) {
    this.queueName = queue;
    this.name = name;
    this.eta = eta;
    this.created = created;
  }
}

/** A task in the hands of a pull worker. */
export class LeasedTask extends Task {
  readonly payload: Uint8Array;
  readonly tag: string | null;
  /** Leases so far, this one included. */
  readonly retryCount: number;
  /** Proof of holding it. */
  readonly leaseToken: string;

  constructor(lease: Lease) {
    super(lease);
    this.payload = lease.payload;
    this.tag = lease.tag;
    this.retryCount = lease.retryCount;
    this.leaseToken = lease.leaseToken;
  }
}

/** Remembers that the task is gone. */
export function markDeleted(task: Task): void {
  (task as Changeable<Task>).wasDeleted = true;
}

/** Takes over the lease's new end and proof. */
export function renew(task: LeasedTask, lease: Lease): LeasedTask {
  const changed = task as Changeable<LeasedTask>;
  changed.eta = lease.eta;
  changed.leaseToken = lease.leaseToken;
  return task;
}
