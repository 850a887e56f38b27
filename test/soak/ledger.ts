// The ledger of acknowledged tasks and attempts, with which the checker verifies at the end that no fault broke a
// promise.

/** A task, as its enqueuer knows it. */
export interface Entry {
  kind: 'push' | 'pull';
  /** unknown: the connection was lost before the commit was acknowledged. */
  added: 'yes' | 'no' | 'unknown';
  /** The ETA, in milliseconds since 1970. */
  eta: number;
}

/** An attempt, as its target saw it. */
export interface Attempt {
  key: string;
  /** Number of earlier attempts. */
  retryCount: number;
  at: number;
  status: number;
}

/** A task that is gone, as the database recorded it. */
export interface Deletion {
  key: string;
  /** Number of attempts that were begun. */
  attempts: number;
}

export interface Findings {
  /** Acknowledged, but neither done nor stored. */
  lost: string[];
  /** Done, but never added. */
  ghosts: string[];
  /** Begun before the ETA. */
  early: string[];
  /** Deleted as done, although the last attempt that held it had not succeeded. */
  superseded: string[];
  /** A pull task that was finished twice. */
  twice: string[];
}

export class Ledger {
  readonly entries = new Map<string, Entry>();
  readonly attempts: Attempt[] = [];
  /** Pull tasks whose work was committed. */
  readonly finished: { key: string; at: number }[] = [];
  readonly deletions: Deletion[] = [];

  /** @param stored keys of the tasks that are still stored */
  check(stored: ReadonlySet<string>): Findings {
    const done = new Set([...this.#succeeded().keys(), ...this.finished.map(({ key }) => key)]);
    const begun = [...this.attempts, ...this.finished];
    const seen = new Set<string>();
    return {
      lost: [...this.entries.keys()].filter((key) => this.#isAdded(key) && !done.has(key) && !stored.has(key)),
      ghosts: begun.filter(({ key }) => (this.entries.get(key)?.added ?? 'no') === 'no').map(({ key }) => key),
      early: begun.filter(({ key, at }) => at < (this.entries.get(key)?.eta ?? 0)).map(({ key }) => key),
      superseded: this.#superseded(),
      twice: this.finished.filter(({ key }) => seen.has(key) || !seen.add(key)).map(({ key }) => key),
    };
  }

  #isAdded(key: string): boolean {
    return this.entries.get(key)?.added === 'yes';
  }

  /** The numbers of successful attempts by task. */
  #succeeded(): Map<string, Set<number>> {
    const succeeded = new Map<string, Set<number>>();
    for (const { key, retryCount, status } of this.attempts) {
      if (status !== 200) continue;
      succeeded.set(key, (succeeded.get(key) ?? new Set()).add(retryCount));
    }
    return succeeded;
  }

  #superseded(): string[] {
    const succeeded = this.#succeeded();
    const push = this.deletions.filter(({ key }) => this.entries.get(key)?.kind === 'push');
    return push.filter(({ key, attempts }) => !succeeded.get(key)?.has(attempts - 1)).map(({ key }) => key);
  }
}
