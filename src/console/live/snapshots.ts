// One snapshot of all queues, shared by all pages and tabs. It is taken from notes and memory, at most once a second
// and only when somebody asks; tasks are counted every ten seconds at most, beside it.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import type { Clock } from '../../runtime/clock.ts';
import {
  type ConsoleCounts,
  type CountedQueue,
  countQueues,
  type DeletedQueue,
  fetchConsoleCounts,
  fetchLiveQueues,
  listDeletedQueues,
  type PastDepth,
} from '../../store/live-queues.ts';
import { KeptAnswers } from './kept-answers.ts';
import { PastDepths } from './past-depths.ts';
import { type LedQueue, type QueueNow, queueNow } from './queue-now.ts';

export interface Snapshot {
  readonly at: Date;
  /** In no order. */
  readonly queues: readonly QueueNow[];
  /** How the database is; undefined: it is not known yet. */
  readonly findings: readonly Finding[] | undefined;
  /** As of the last ten seconds, as `deleted`. */
  readonly counts: ConsoleCounts;
  /** The latest first. */
  readonly deleted: readonly DeletedQueue[];
  queue(name: string): QueueNow | undefined;
  /** Remembers what is asked for more often than it changes. */
  readonly kept: KeptAnswers;
  /** How many tasks queues had over the last hour, by their names. */
  past(names: readonly string[]): Promise<ReadonlyMap<string, readonly PastDepth[]>>;
}

export interface SnapshotSource {
  executor: Executor;
  /** The queues that this process's dispatcher leads. */
  led: () => readonly LedQueue[];
  /** The findings of the doctor, which may take a while: no snapshot waits for them. Default: none. */
  findings?: () => Promise<readonly Finding[]>;
  clock: Clock;
}

/** How long a snapshot is shown … */
const SNAPSHOT_MS = 1_000;
/** … and a count of tasks. */
const COUNT_MS = 10_000;
/** After a change it may be made sooner. */
const COUNT_AGAIN_MS = 1_000;
/** A count that is older is not shown while the next one is made. */
const TOO_OLD_MS = 30_000;

interface Counted {
  at: number;
  queues: ReadonlyMap<string, CountedQueue>;
  counts: ConsoleCounts;
  deleted: readonly DeletedQueue[];
}

export class Snapshots {
  readonly #source: SnapshotSource;
  readonly #past: PastDepths;
  readonly #kept: KeptAnswers;
  #taken: Promise<Snapshot> | undefined;
  #takenAt = -Infinity;
  #counted: Counted | undefined;
  #counting: Promise<Counted> | undefined;
  #isOutdated = false;
  #findings: readonly Finding[] | undefined;

  constructor(source: SnapshotSource) {
    this.#source = source;
    this.#past = new PastDepths(source.executor, source.clock);
    this.#kept = new KeptAnswers(source.clock);
  }

  /** A snapshot that is at most a second old. */
  get(): Promise<Snapshot> {
    if (this.#taken && this.#source.clock.now() - this.#takenAt < SNAPSHOT_MS) return this.#taken;
    return this.renew();
  }

  /** Takes a new snapshot. */
  renew(): Promise<Snapshot> {
    this.#takenAt = this.#source.clock.now();
    const taken = this.#take();
    this.#taken = taken;
    taken.catch(() => {
      if (this.#taken === taken) this.#taken = undefined;
    });
    return taken;
  }

  /** Something has changed, such as the state of a queue: the next snapshot is a new one, and tasks are counted. */
  outdate(): void {
    this.#takenAt = -Infinity;
    this.#isOutdated = true;
  }

  async #take(): Promise<Snapshot> {
    const { executor, led } = this.#source;
    const [live, { queues: counted, counts, deleted }] = await Promise.all([fetchLiveQueues(executor), this.#count()]);
    const now = new Date();
    const own = new Map(led().map((queue) => [queue.queue, queue]));
    const queues = live.map((queue) => queueNow(queue, counted.get(queue.queue), own.get(queue.queue), now));
    const byName = new Map(queues.map((queue) => [queue.name, queue]));
    const past = (names: readonly string[]) => this.#past.of(names);
    return {
      at: now,
      queues,
      counts,
      deleted,
      queue: (name) => byName.get(name),
      past,
      kept: this.#kept,
      findings: this.#findings,
    };
  }

  /** The last count; a new one is begun when it is due, and awaited when the last one is too old. */
  async #count(): Promise<Counted> {
    const last = this.#counted;
    const age = this.#source.clock.now() - (last?.at ?? -Infinity);
    if (last && age < (this.#isOutdated ? COUNT_AGAIN_MS : COUNT_MS)) return last;
    this.#counting ??= this.#countAgain().finally(() => {
      this.#counting = undefined;
    });
    this.#counting.catch(() => {}); // reported to whoever awaits it; the next snapshot tries again
    return last && age < TOO_OLD_MS ? last : this.#counting;
  }

  async #countAgain(): Promise<Counted> {
    const { executor, clock } = this.#source;
    const at = clock.now();
    this.#isOutdated = false;
    void this.#ask();
    const [queues, counts, deleted] = await Promise.all([
      countQueues(executor),
      fetchConsoleCounts(executor),
      listDeletedQueues(executor),
    ]);
    this.#counted = { at, queues: new Map(queues.map((queue) => [queue.queue, queue])), counts, deleted };
    return this.#counted;
  }

  async #ask(): Promise<void> {
    this.#findings = await this.#source.findings?.().catch(() => undefined);
  }
}
