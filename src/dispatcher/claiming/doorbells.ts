// The doorbells of one claiming connection. They let its queues sleep although enqueuers never ask whether a queue
// sleeps.
//
// An enqueuer shares the doorbell's lock until its transaction ends; if it can't, it notifies instead (_wake). So once
// the lock is granted, all enqueuers that did not notify have committed, and all later ones notify. Only the check
// after the grant finds what was committed before it: the check needs a snapshot younger than the grant, so it is a
// statement of its own. (Lock and check in one statement lost 1 wake-up of 2247, no check at all 22 of 699.) The
// connection listens to the channel by then; otherwise everything is checked again once it does.

import { GroupCommit } from '../../runtime/group-commit.ts';
import type { ClaimSession } from '../database/ports.ts';

type QueueRef = { id: number; name: string };

/** The result of the last check before sleeping. */
export interface LastCheck {
  /**
   * True: every enqueuer from now on notifies. False: some enqueuer has added without notifying and has not committed
   * yet.
   */
  held: boolean;
  /** Time until there is something to claim. 0 or less: now. Infinity: the queue has nothing. */
  ms: number;
}

/** Queues that go to sleep or wake together share their statements. */
export class Doorbells {
  readonly session: ClaimSession;
  readonly #taking: GroupCommit<QueueRef, LastCheck>;
  readonly #releasing: GroupCommit<number, undefined>;

  constructor(session: ClaimSession) {
    this.session = session;
    this.#taking = new GroupCommit((queues) => this.#takeAndCheck(queues));
    this.#releasing = new GroupCommit(async (queueIds) => {
      await session.releaseDoorbells(queueIds);
      return queueIds.map(() => undefined);
    });
  }

  /** Takes the queue's doorbell, then checks. Release a held doorbell before the next claim. */
  take(queue: QueueRef): Promise<LastCheck> {
    return this.#taking.ask(queue);
  }

  async release(queueId: number): Promise<void> {
    await this.#releasing.ask(queueId);
  }

  async #takeAndCheck(queues: QueueRef[]): Promise<LastCheck[]> {
    const held = new Set(await this.session.takeDoorbells(queues.map(({ id }) => id)));
    try {
      const times = await this.session.msToDue(queues.map(({ name }) => name));
      return queues.map(({ id, name }) => ({ held: held.has(id), ms: times.get(name) ?? Infinity }));
    } catch (error) {
      if (held.size > 0) await this.session.releaseDoorbells([...held]).catch(() => {});
      throw error;
    }
  }
}
