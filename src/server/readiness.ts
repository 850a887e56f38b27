// Checks that the database answers and that this program can run on its schema.

import type pg from 'pg';
import { SchemaVersionError } from '../domain/errors.ts';
import { isUnableToWrite } from '../postgres/cannot-write.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { requireSchema } from '../schema/migrate/migrate.ts';
import { translateError } from '../schema/translate-error.ts';

// A health check is waiting for the answer.
const QUERY_MS = 3_000;

/** The readiness of one database. */
export class Readiness {
  readonly #database: pg.ClientConfig;
  #asking: Promise<string | undefined> | undefined;

  constructor(database: string | pg.ClientConfig) {
    this.#database = connectionConfig(database, 'pgtaskqueue readiness', QUERY_MS);
  }

  /** Why the server cannot work, or undefined. Concurrent calls share one check. */
  problem(): Promise<string | undefined> {
    this.#asking ??= this.require()
      .then(() => undefined)
      .catch(inWords)
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
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
}

// The driver's own messages may contain names of hosts and users.
function inWords(error: unknown): string {
  if (error instanceof SchemaVersionError) return error.message;
  const { cause } = error as { cause?: unknown };
  return isUnableToWrite(cause) ? 'the database is read-only or a standby' : 'the database does not answer';
}
