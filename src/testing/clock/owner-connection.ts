// Statements of the schema's owner: on a connection that is opened when it is needed, so that a clock has nothing to
// close, or on what the test has given.

import { kindOf } from '../../domain/text.ts';
import { requireConnectionString } from '../../postgres/connection-settings.ts';
import type { Executor } from '../../postgres/executor.ts';
import { asOwner } from '../../store/as-owner.ts';

/** A connection string, what testDatabase returned, or a pool or client of pg. */
export type TestedDatabase = string | { readonly url: string } | Executor;

export class OwnerConnection implements Executor {
  readonly #url: string | undefined;
  #held: Executor | undefined;

  /** @throws TypeError for anything else */
  constructor(database: TestedDatabase) {
    const { url = database, query } = (typeof database === 'object' ? (database ?? {}) : {}) as {
      url?: string;
      query?: unknown;
    };
    if (typeof query === 'function') {
      this.#held = database as Executor;
      return;
    }
    if (typeof url !== 'string')
      throw new TypeError(
        `database must be a connection string, what testDatabase returned, or a pool, got ${kindOf(database)}`,
      );
    requireConnectionString(url);
    this.#url = url;
  }

  query(text: string, values: unknown[]) {
    return this.hold((executor) => executor.query(text, values));
  }

  /** Keeps one connection open for several statements. */
  async hold<Result>(work: (executor: Executor) => Promise<Result>): Promise<Result> {
    if (this.#held) return work(this.#held);
    return asOwner(this.#url as string, async (executor) => {
      this.#held = executor;
      try {
        return await work(executor);
      } finally {
        this.#held = undefined;
      }
    });
  }
}
