// What keeps the queues of this process from claiming that nobody can see from outside: no slot, no place at a target, requests of others. The database is
// told when it has lasted for a second, when it changes, at most once a second, and when it is over; explain_task tells it on.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { HindranceNote } from '../../store/hindrances.ts';

const NOTE_EVERY_MS = 1_000;

/** Slots: the process has none for the queue. Target: tasks wait for a place there. Requests: those of other dispatchers take the queue's places. */
export type Hindrance =
  | { kind: 'slots' }
  | { kind: 'target'; target: string; waiting: number }
  | { kind: 'requests'; waiting: number };

/** Requests that wait for an answer of the same target. */
export interface Waiting {
  target: string;
  requests: number;
  /** When the first was sent, in milliseconds. */
  since: number;
}

export interface HindrancesOptions {
  note(notes: HindranceNote[]): Promise<void>;
  /** The target that most requests wait for. */
  longestWait(): Waiting | undefined;
  clock: Clock;
  logger: Logger;
}

interface Hindered {
  what: Hindrance | undefined;
  /** Milliseconds. */
  since: number;
  /** What was noted last, as text. */
  noted: string | undefined;
}

export class Hindrances {
  readonly #options: HindrancesOptions;
  readonly #queues = new Map<string, Hindered>();
  #armed = false;

  constructor(options: HindrancesOptions) {
    this.#options = options;
  }

  /** What keeps the queue now; undefined: nothing. */
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
      this.#options.logger.warn('what keeps queues from claiming could not be noted', { error });
    });
  }

  /** What is to be noted of a queue, if it is news. */
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
