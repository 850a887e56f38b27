// Reasons inside this process that keep its queues from claiming and cannot be seen from outside: no slot is free, a
// target's slots are taken, or other dispatchers' requests are in flight. A reason is recorded in the database once it
// has lasted a second, when it changes (at most once a second), and when it ends; explain_task reports it.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { HindranceNote } from '../../store/hindrances.ts';

const NOTE_EVERY_MS = 1_000;

/**
 * Slots: the process has none for the queue. Target: tasks wait for a slot there. Requests: other dispatchers' requests
 * take up the queue's concurrency limit.
 */
export type Hindrance =
  | { kind: 'slots' }
  | { kind: 'target'; target: string; waiting: number }
  | { kind: 'requests'; waiting: number };

/** Requests that await a response from the same target. */
export interface Waiting {
  target: string;
  requests: number;
  /** When the first of them was sent, in milliseconds. */
  since: number;
}

export interface HindrancesOptions {
  note(notes: HindranceNote[]): Promise<void>;
  /** The target that most requests are waiting for. */
  longestWait(): Waiting | undefined;
  clock: Clock;
  logger: Logger;
}

interface Hindered {
  what: Hindrance | undefined;
  /** Milliseconds. */
  since: number;
  /** The last recorded facts, as JSON. */
  noted: string | undefined;
}

export class Hindrances {
  readonly #options: HindrancesOptions;
  readonly #queues = new Map<string, Hindered>();
  #armed = false;

  constructor(options: HindrancesOptions) {
    this.#options = options;
  }

  /** Sets the current reason; undefined: the queue is not hindered. */
  set(queue: string, what: Hindrance | undefined): void {
    const before = this.#queues.get(queue);
    if (before === undefined && what === undefined) return;
    const since = before && before.what?.kind === what?.kind ? before.since : this.#options.clock.now();
    this.#queues.set(queue, { what, since, noted: before?.noted });
    this.#arm();
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#options.clock.alarm(NOTE_EVERY_MS, () => {
      this.#armed = false;
      void this.#note();
    });
  }

  async #note(): Promise<void> {
    const notes = [...this.#queues].flatMap(([queue, hindered]) => this.#change(queue, hindered) ?? []);
    if (this.#queues.size > 0) this.#arm();
    if (notes.length === 0) return;
    await this.#options.note(notes).catch((error) => {
      this.#options.logger.warn('could not record what keeps queues from claiming', { error });
    });
  }

  /** The note to record for a queue, if something changed. */
  #change(queue: string, hindered: Hindered): HindranceNote | undefined {
    const { clock } = this.#options;
    const { what, since, noted } = hindered;
    if (what === undefined) {
      this.#queues.delete(queue);
      return noted === undefined ? undefined : { queue, kind: null, target: null, seconds: null, waiting: null };
    }
    if (clock.now() - since < NOTE_EVERY_MS) return undefined;
    const facts = this.#factsOf(what, since);
    if (facts === undefined || JSON.stringify(facts) === noted) return undefined;
    hindered.noted = JSON.stringify(facts);
    const { since: from, ...rest } = facts;
    return { queue, ...rest, seconds: Math.max(0, clock.now() - from) / 1000 };
  }

  #factsOf(what: Hindrance, since: number) {
    if (what.kind === 'target') return { kind: what.kind, target: what.target, waiting: what.waiting, since };
    if (what.kind === 'requests') return { kind: what.kind, target: null, waiting: what.waiting, since };
    const longest = this.#options.longestWait();
    return longest && { kind: what.kind, target: longest.target, waiting: longest.requests, since: longest.since };
  }
}
