// A PostgreSQL of its own for a cell, which can crash and come back at the same address.

import { createDatabase } from '../../src/embedded/create-database.ts';
import { freePort } from '../../src/embedded/ports.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';

const DATABASE = 'app';

export class Cluster {
  /** Connection string of its database. */
  readonly url: string;
  readonly #dir: string;
  readonly #port: number;
  #server: EmbeddedServer | undefined;

  private constructor(dir: string, port: number, server: EmbeddedServer) {
    this.#dir = dir;
    this.#port = port;
    this.#server = server;
    this.url = server.urlFor(DATABASE);
  }

  /** @param dir a folder for its data; with the data of a cluster it becomes that one */
  static async start(dir: string, { isNew = true } = {}): Promise<Cluster> {
    const port = await freePort(0);
    const cluster = new Cluster(dir, port, await startAt(dir, port));
    if (isNew) {
      await createDatabase((cluster.#server as EmbeddedServer).url, DATABASE);
      await migrate(cluster.url);
    }
    return cluster;
  }

  /** Ends it as a crash does. */
  async crash(): Promise<void> {
    process.kill((this.#server as EmbeddedServer).pid, 'SIGQUIT');
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async startAgain(): Promise<void> {
    this.#server = await startAt(this.#dir, this.#port);
  }
}

/** What is committed survives a crash of the server, if not of the machine. */
function startAt(dir: string, port: number): Promise<EmbeddedServer> {
  const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;
  return startEmbedded({ dir, port, ephemeral: true, settings: { synchronous_commit: 'on' }, user, from });
}
