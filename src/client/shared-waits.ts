// The waits of one connection: one per queue, however many callers wait for it. The last caller to leave ends the wait.

import type { WaitingConnection } from '../postgres/waiting-connection.ts';
import { beginWait, endWait, type QueueWait } from '../store/doorbells.ts';

interface SharedWait {
  wait: Promise<QueueWait>;
  by: Set<object>;
}

export class SharedWaits {
  readonly connection: WaitingConnection;
  readonly #waits = new Map<string, SharedWait>();

  constructor(connection: WaitingConnection) {
    this.connection = connection;
  }

  /** Begins a wait on behalf of `caller`, or joins the queue's existing one. */
  begin(queue: string, caller: object): Promise<QueueWait> {
    let shared = this.#waits.get(queue);
    if (shared === undefined) {
      shared = { wait: beginWait(this.connection, queue), by: new Set() };
      this.#waits.set(queue, shared);
    }
    shared.by.add(caller);
    return shared.wait;
  }

  /** Ends the wait of `caller`. Statements keep their order, so a new wait begins after the old one has ended. */
  end(queue: string, caller: object): void {
    const shared = this.#waits.get(queue);
    if (!shared?.by.delete(caller) || shared.by.size > 0) return;
    this.#waits.delete(queue);
    // A wait that could not begin, or whose connection is gone, has nothing to end.
    shared.wait.then((wait) => endWait(this.connection, queue, wait)).catch(() => {});
  }
}
