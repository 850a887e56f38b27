// Fresh databases for measurements, cloned from a template that is prepared once per contender.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type BenchServer, PLAIN_ROLE } from './server.ts';

/** A system that is measured. */
export interface Contender {
  /** One word, with which its cells' labels begin. */
  name: string;
  /** Installs its schema into an empty database, as the plain role that owns it. */
  install(url: string): Promise<void>;
}

/** A database to measure in. */
export interface FreshDatabase {
  /** Of the plain role that owns it. */
  url: string;
  /** Opens a connection, which is closed when the database is dropped. */
  connect(): Promise<pg.Client>;
}

const COPY_FILES_ABOVE_BYTES = 64 * 2 ** 20;

export class Databases {
  readonly #server: BenchServer;
  readonly #templates = new Map<string, Promise<string>>();
  #count = 0;

  constructor(server: BenchServer) {
    this.#server = server;
  }

  /**
   * Lends a database in which a contender is installed and drops it afterwards.
   *
   * @param filled the template's data beyond the schema: its name, and a function that fills it once
   */
  async use<T>(
    contender: Contender,
    work: (database: FreshDatabase) => Promise<T>,
    filled?: { name: string; fill(database: FreshDatabase): Promise<void> },
  ): Promise<T> {
    const template = await this.#template(contender, filled);
    const name = `bench_${++this.#count}`;
    await this.#clone(template, name);
    return this.#with(name, work, true);
  }

  #template(
    contender: Contender,
    filled?: { name: string; fill(database: FreshDatabase): Promise<void> },
  ): Promise<string> {
    const name = ['template', contender.name, filled?.name].filter(Boolean).join('_').replaceAll(/\W/g, '_');
    const made = this.#templates.get(name) ?? this.#make(name, contender, filled?.fill);
    this.#templates.set(name, made);
    return made;
  }

  async #make(name: string, contender: Contender, fill = async (_: FreshDatabase) => {}): Promise<string> {
    await this.#server.admin.query(`create database ${name} owner ${PLAIN_ROLE}`);
    await contender.install(this.#server.plainUrlFor(name));
    await this.#with(name, fill, false);
    return name;
  }

  async #clone(template: string, name: string): Promise<void> {
    const { admin } = this.#server;
    const { rows } = await admin.query('select pg_database_size($1)::float8 as bytes', [template]);
    const strategy = rows[0].bytes > COPY_FILES_ABOVE_BYTES ? 'file_copy' : 'wal_log';
    await admin.query(`create database ${name} owner ${PLAIN_ROLE} template ${template} strategy ${strategy}`);
  }

  async #with<T>(name: string, work: (database: FreshDatabase) => Promise<T>, drop: boolean): Promise<T> {
    const url = this.#server.plainUrlFor(name);
    const clients: pg.Client[] = [];
    const connect = async () => {
      const client = new pg.Client(url);
      client.on('error', () => {}); // its query rejects with the same error
      clients.push(client);
      await client.connect();
      return client;
    };
    try {
      return await work({ url, connect });
    } finally {
      await Promise.allSettled(clients.map((client) => client.end()));
      if (drop) await this.#drop(name);
    }
  }

  // A pool ends before its connections are closed, and fails if the server closes them first.
  async #drop(name: string): Promise<void> {
    const { admin } = this.#server;
    const connected = 'select from pg_stat_activity where datname = $1';
    for (let checks = 0; checks < 40 && (await admin.query(connected, [name])).rowCount !== 0; checks++)
      await sleep(50);
    await admin.query(`drop database ${name} with (force)`);
  }
}
