// The bells that one waiting connection has tried to take: one a queue, however many wait there. The last to leave lets go.

import type { WaitingConnection } from '../postgres/waiting-connection.ts';
import { type Bell, holdBell, letGoOfBell } from '../store/doorbells.ts';

interface Held {
  bell: Promise<Bell>;
  by: Set<object>;
}

export class BellHolder {
  readonly connection: WaitingConnection;
  readonly #held = new Map<string, Held>();

  constructor(connection: WaitingConnection) {
    this.connection = connection;
  }

  /** Takes the queue's bell on behalf of `who`, or shares in it. */
  hold(queue: string, who: object): Promise<Bell> {
    let held = this.#held.get(queue);
    if (held === undefined) {
      held = { bell: holdBell(this.connection, queue), by: new Set() };
      this.#held.set(queue, held);
    }
    held.by.add(who);
    return held.bell;
  }

  /** Once nobody shares in it any more the bell is let go of. Statements keep their order: who holds it again comes after. */
  letGo(queue: string, who: object): void {
    const held = this.#held.get(queue);
    if (!held?.by.delete(who) || held.by.size > 0) return;
    this.#held.delete(queue);
    // A bell that could not be had, or a connection that is gone, has nothing to let go of.
    held.bell.then((bell) => letGoOfBell(this.connection, queue, bell)).catch(() => {});
  }
}
