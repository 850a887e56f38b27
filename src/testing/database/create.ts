// Creates a test's database: finds the server, makes the template if there is none yet, and copies it.

import { createHash } from 'node:crypto';
import pg from 'pg';
import { requireKnownKeys } from '../../domain/known-keys.ts';
import { kindOf } from '../../domain/text.ts';
import { createDatabase } from '../../embedded/create-database.ts';
import { dropDatabase, dropLeftovers } from '../../embedded/drop-database.ts';
import { databaseUrl } from '../../embedded/state-file.ts';
import { templateDatabase } from '../../embedded/template-database.ts';
import { temporaryName } from '../../embedded/temporary-names.ts';
import { connectionTrouble } from '../../postgres/connection-trouble.ts';
import { migrate } from '../../schema/migrate/migrate.ts';
import { schemaFingerprint } from '../../schema/migrate/migration-files.ts';
import type { TestDatabase, TestDatabaseOptions } from './options.ts';
import { findTestServer, type TestServer } from './test-server.ts';

const KNOWN = ['url', 'prepare', 'key', 'dataDir'];
/** An embedded server may end between being found and being connected to. */
const TRIES = 3;
const LEFTOVER_SECONDS = 600;
/** SQLSTATE of a database that others are connected to. */
const IN_USE = '55006';

/** Servers on which this process has looked for left-over databases. */
const swept = new Set<string>();

export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  requireKnownKeys(options, KNOWN, 'the options of testDatabase');
  requireKey(options);
  for (let tries = 1; ; tries++) {
    const server = await findTestServer(options);
    try {
      return await createOn(server, options);
    } catch (error) {
      if (!server.embedded || tries === TRIES || connectionTrouble(error) === undefined) throw error;
    }
  }
}

function requireKey({ prepare, key }: TestDatabaseOptions): void {
  if (prepare !== undefined && typeof prepare !== 'function')
    throw new TypeError(`prepare must be a function, got ${kindOf(prepare)}`);
  if (prepare && (typeof key !== 'string' || key === ''))
    throw new TypeError(
      `key must be text that changes whenever prepare does, such as a hash of your migrations, got ${kindOf(key)}`,
    );
}

async function createOn(
  { url: serverUrl, embedded }: TestServer,
  { prepare, key }: TestDatabaseOptions,
): Promise<TestDatabase> {
  const server = { url: serverUrl, urlFor: (name: string) => databaseUrl(serverUrl, name) };
  const contents = schemaFingerprint().slice(0, 16) + (prepare ? `_${hashOf(key as string)}` : '');
  const template = await templateDatabase(server, contents, async (url) => {
    await migrate(url);
    await prepare?.(url);
  }).catch((error) => {
    if (!prepare || error.code !== IN_USE) throw error;
    throw new Error('prepare must close the connections that it opens, and one is still open', { cause: error });
  });
  const name = temporaryName();
  const url = server.urlFor(name);
  await createDatabase(serverUrl, name, template, embedded ? 'file_copy' : 'wal_log');
  await stayPresent(url);
  await sweepOnce(serverUrl);
  let dropping: Promise<void> | undefined;
  const drop = () => (dropping ??= dropDatabase(serverUrl, name)); // ends the presence too
  return { url, drop, [Symbol.asyncDispose]: drop };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * A connection that shows others that the database is in use, and keeps the embedded server running. It does not keep
 * this process alive.
 */
async function stayPresent(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'pgtaskqueue test' });
  client.on('error', () => {}); // the database may be dropped by the test itself
  await client.connect();
  (client as unknown as { unref(): void }).unref(); // its types leave it out
}

async function sweepOnce(serverUrl: string): Promise<void> {
  if (swept.has(serverUrl)) return;
  swept.add(serverUrl);
  await dropLeftovers(serverUrl, LEFTOVER_SECONDS);
}
