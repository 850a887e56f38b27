// Whether the database answers and its schema is one that this program runs on.

import type pg from 'pg';
import { SchemaVersionError } from '../domain/errors.ts';
import { isUnableToWrite } from '../postgres/cannot-write.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { requireSchema } from '../schema/migrate/migrate.ts';
import { translateError } from '../schema/translate-error.ts';

// Someone waits for the answer.
const QUERY_MS = 3_000;

/** Asks one database again and again. */
export class Readiness {
  readonly #database: pg.ClientConfig;
  #asking: Promise<string | undefined> | undefined;

  constructor(database: string | pg.ClientConfig) {
    this.#database = connectionConfig(database, 'pgtaskqueue readiness', QUERY_MS);
  }

  /** Why the server cannot work, or undefined. Those who ask at the same time get the same answer. */
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
   * Returns when all is well.
   *
   * @throws SchemaVersionError when this program can't run on the schema · TransientError when the database can't be reached
   */
  async require(): Promise<void> {
    try {
      await requireSchema(this.#database);
    } catch (error) {
      throw translateError(error);
    }
  }
}

// The driver's own messages may name hosts and users.
function inWords(error: unknown): string {
  if (error instanceof SchemaVersionError) return error.message;
  const { cause } = error as { cause?: unknown };
  return isUnableToWrite(cause)
    ? "the database's server can't write: it is a standby, or read-only"
    : 'the database does not answer';
}
