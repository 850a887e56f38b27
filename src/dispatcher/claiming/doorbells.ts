// The doorbells of one claiming connection: how its queues go to sleep although no enqueuer ever asks whether they do.
//
// An enqueuer shares the doorbell's lock until its transaction ends; if it can't, it notifies instead (_wake). So once the lock is granted, everybody who
// added without notifying has committed, and everybody who comes later notifies. What was committed before the grant is found by the check after it, and only
// by that one: it needs a snapshot younger than the grant, so it is a statement of its own. (Lock and check in one statement lost 1 wake-up of 2247, no check
// at all 22 of 699.) The channel is listened to by then, or else everything is checked again once it is.

import { GroupCommit } from '../../runtime/group-commit.ts';
import type { ClaimSession } from '../database/ports.ts';

type QueueRef = { id: number; name: string };

/** What the last check before sleeping found. */
export interface LastCheck {
  /** True: whoever adds from now on notifies. False: somebody has added without notifying and is not done yet. */
  held: boolean;
  /** Until there is something to claim. 0 or less: now. Infinity: nothing is there. */
  ms: number;
}

/** Queues that fall asleep together, or wake together, share their statements. */
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

  /** Takes the queue's doorbell, then checks. If it is held, release it before the next claim. */
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
