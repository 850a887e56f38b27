// Reasons inside this process that keep its queues from claiming and cannot be seen from outside: no slot is free, a
// target's slots are taken, or other dispatchers' requests are in flight. A reason is recorded in the database once it
// has lasted a second, when it changes (at most once a second), and when it ends; explain_task reports it.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { BlockerEntry } from '../../store/blockers.ts';

const RECORD_EVERY_MS = 1_000;

/**
 * Slots: the process has none for the queue. Target: tasks wait for a slot there. Requests: other dispatchers' requests
 * take up the queue's concurrency limit.
 */
export type Blocker =
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

export interface BlockersOptions {
  record(entries: BlockerEntry[]): Promise<void>;
  /** The target that most requests are waiting for. */
  longestWait(): Waiting | undefined;
  clock: Clock;
  logger: Logger;
}

interface Blocked {
  what: Blocker | undefined;
  /** Milliseconds. */
  since: number;
  /** The last recorded facts, as JSON. */
  recorded: string | undefined;
}

export class Blockers {
  readonly #options: BlockersOptions;
  readonly #queues = new Map<string, Blocked>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: BlockersOptions) {
    this.#options = options;
  }

  /** Sets the current reason; undefined: nothing blocks the queue. */
  set(queue: string, what: Blocker | undefined): void {
    const before = this.#queues.get(queue);
    if (before === undefined && what === undefined) return;
    const since = before && before.what?.kind === what?.kind ? before.since : this.#options.clock.now();
    this.#queues.set(queue, { what, since, recorded: before?.recorded });
    this.#arm();
  }

  /** Records that all have ended, and nothing after that. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#stopped = true;
    for (const blocked of this.#queues.values()) blocked.what = undefined;
    await this.#record();
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#cancel ??= this.#options.clock.alarm(RECORD_EVERY_MS, () => {
      this.#cancel = undefined;
      void this.#record();
    });
  }

  async #record(): Promise<void> {
    const entries = [...this.#queues].flatMap(([queue, blocked]) => this.#change(queue, blocked) ?? []);
    if (this.#queues.size > 0) this.#arm();
    if (entries.length === 0) return;
    await this.#options.record(entries).catch((error) => {
      this.#options.logger.warn('could not record what keeps queues from claiming', { error });
    });
  }

  /** The entry to record for a queue, if something changed. */
  #change(queue: string, blocked: Blocked): BlockerEntry | undefined {
    const { clock } = this.#options;
    const { what, since, recorded } = blocked;
    if (what === undefined) {
      this.#queues.delete(queue);
      return recorded === undefined ? undefined : { queue, kind: null, target: null, seconds: null, waiting: null };
    }
    if (clock.now() - since < RECORD_EVERY_MS) return undefined;
    const facts = this.#factsOf(what, since);
    if (facts === undefined || JSON.stringify(facts) === recorded) return undefined;
    blocked.recorded = JSON.stringify(facts);
    const { since: from, ...rest } = facts;
    return { queue, ...rest, seconds: Math.max(0, clock.now() - from) / 1000 };
  }

  #factsOf(what: Blocker, since: number) {
    if (what.kind === 'target') return { kind: what.kind, target: what.target, waiting: what.waiting, since };
    if (what.kind === 'requests') return { kind: what.kind, target: null, waiting: what.waiting, since };
    const longest = this.#options.longestWait();
    return longest && { kind: what.kind, target: longest.target, waiting: longest.requests, since: longest.since };
  }
}
