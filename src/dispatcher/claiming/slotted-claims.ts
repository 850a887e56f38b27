// Claims of one queue within the slots of this process. Slots are reserved while a claim is under way, so that queues
// cannot overbook the process together.

import type { ClaimedDispatch } from '../database/ports.ts';
import type { InFlight } from './in-flight.ts';
import type { RunnerTools } from './runner-tools.ts';

export class SlottedClaims {
  readonly #queueId: number;
  readonly #inFlight: InFlight;
  readonly #tools: RunnerTools;

  constructor(queueId: number, inFlight: InFlight, tools: RunnerTools) {
    this.#queueId = queueId;
    this.#inFlight = inFlight;
    this.#tools = tools;
    tools.slots.join(queueId);
  }

  /** Claims up to `most` tasks and hands them to delivery. If `asked` is 0, no slot was free. */
  async claim(
    most: number,
    take: (most: number) => Promise<ClaimedDispatch[]>,
  ): Promise<{ asked: number; claimed: number }> {
    const { slots, deliver } = this.#tools;
    const asked = slots.reserve(this.#queueId, most);
    if (asked === 0) return { asked, claimed: 0 };
    let dispatches: ClaimedDispatch[] = [];
    slots.wakeNext(); // a queue that claims now shares the statement
    try {
      dispatches = await take(asked);
    } finally {
      slots.release(this.#queueId, asked - dispatches.length);
    }
    this.#inFlight.started(dispatches.length);
    for (const dispatch of dispatches) deliver(dispatch, () => this.#ended());
    return { asked, claimed: dispatches.length };
  }

  /** Calls `wake` once, when a slot is available. */
  wait(wake: () => void): void {
    const { slots } = this.#tools;
    slots.wait(this.#queueId, wake);
    slots.wakeNext(); // one may have become free meanwhile
  }

  /** The queue is no longer led. Its claimed tasks keep their slots. */
  leave(): void {
    this.#tools.slots.leave(this.#queueId);
  }

  #ended(): void {
    this.#tools.slots.release(this.#queueId);
    this.#inFlight.finished();
  }
}
