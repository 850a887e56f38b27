// A database of its own for a test file, copied from a template that has the schema and the application's tables.

import type { TestDatabase, TestDatabaseOptions } from './options.ts';

/**
 * Creates a database with the schema, and with the application's tables if it names `prepare`. Copying the template
 * takes about a tenth of a second; making it, once per server, schema and key, takes a few seconds. The database of a
 * process that is killed is dropped by a later one.
 *
 * @throws TypeError for an unknown option, or `prepare` without `key`; Error if there is no server; the server's error
 *   if the role may not create databases
 * @example
 * ```ts
 * await using database = await testDatabase()
 * const queues = new TaskQueues({ database: database.url })
 * ```
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { createTestDatabase } = await import('./create.ts'); // loads pg
  return createTestDatabase(options);
}
