// Whether the database answers and its schema is the one this program needs.

import type pg from 'pg';
import { SchemaVersionError } from '../domain/errors.ts';
import { connectionConfig } from '../runtime/connection.ts';
import { checkSchema, type SchemaCheck } from '../sql/migrate.ts';
import { translateError } from '../sql/translate-error.ts';

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
   * @throws SchemaVersionError when schema and program disagree · TransientError when the database can't be reached
   */
  async require(): Promise<void> {
    const { ok, pending, changed } = await this.#check();
    if (!ok) throw new SchemaVersionError(disagreement(pending, changed));
  }

  async #check(): Promise<SchemaCheck> {
    try {
      return await checkSchema(this.#database);
    } catch (error) {
      throw translateError(error);
    }
  }
}

/** What is wrong with a schema, and what to do about it. */
export function disagreement(pending: readonly string[], changed: readonly string[]): string {
  const parts = [
    pending.length > 0 ? `not applied yet: ${shortened(pending)}` : '',
    changed.length > 0 ? `applied in another version: ${shortened(changed)}` : '',
  ];
  return `the schema and this program disagree (${parts.filter(Boolean).join('; ')}): run pgtaskqueue migrate`;
}

function shortened(files: readonly string[]): string {
  return files.length > 4 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
}

// The driver's own messages may name hosts and users.
function inWords(error: unknown): string {
  return error instanceof SchemaVersionError ? error.message : 'the database does not answer';
}
