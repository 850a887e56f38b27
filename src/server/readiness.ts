// Checks that the database answers and that this program can run on its schema.

import type pg from 'pg';
import { SchemaVersionError } from '../domain/errors.ts';
import { isUnableToWrite } from '../postgres/cannot-write.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { systemClock } from '../runtime/clock.ts';
import { Fresh } from '../runtime/fresh.ts';
import { requireSchema } from '../schema/migrate/migrate.ts';
import { translateError } from '../schema/translate-error.ts';

// A health check is waiting for the answer.
const QUERY_MS = 3_000;
/** Each check is a connection of its own. Several probes a second get one answer. */
const FRESH_MS = 1_000;

/** The readiness of one database. */
export class Readiness {
  readonly #database: pg.ClientConfig;
  readonly #answer = new Fresh(() => this.#ask(), { freshMs: FRESH_MS }, systemClock);

  constructor(database: string | pg.ClientConfig) {
    this.#database = connectionConfig(database, 'pgtaskqueue readiness', QUERY_MS);
  }

  /** Why the server cannot work, or undefined. Calls of the same second share one check. */
  async problem(): Promise<string | undefined> {
    return (await this.#answer.read()).value;
  }

  /**
   * Returns when the server can work.
   *
   * @throws SchemaVersionError when this program can't run on the schema · TransientError when the database can't be
   * reached
   */
  async require(): Promise<void> {
    try {
      await requireSchema(this.#database);
    } catch (error) {
      throw translateError(error);
    }
  }

  #ask(): Promise<string | undefined> {
    return this.require().then(() => undefined, inWords);
  }
}

// The driver's own messages may contain names of hosts and users.
function inWords(error: unknown): string {
  if (error instanceof SchemaVersionError) return error.message;
  const { cause } = error as { cause?: unknown };
  return isUnableToWrite(cause) ? 'the database is read-only or a standby' : 'the database does not answer';
}
