// Reads a store in PostgreSQL through a cursor, so that all pages are of one moment.

import pg from 'pg';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { ROWS_PER_PAGE } from './backlog.ts';

export class SnapshotReader {
  readonly #client: pg.Client;
  #connected: Promise<unknown> | undefined;

  constructor(url: string) {
    this.#client = new pg.Client(connectionConfig(url, 'pgtaskqueue import'));
    this.#client.on('error', () => {}); // the statement under way rejects with it
  }

  /** All rows of a selection, a page at a time. */
  async *pages<Row>(selection: string): AsyncIterable<Row[]> {
    await this.#connect();
    await this.#client.query('begin transaction isolation level repeatable read read only');
    await this.#client.query(`declare backlog no scroll cursor for ${selection}`);
    for (;;) {
      const { rows } = await this.#client.query(`fetch ${ROWS_PER_PAGE} from backlog`);
      if (rows.length === 0) break;
      yield rows;
    }
    await this.#client.query('commit');
  }

  async rows<Row>(text: string): Promise<Row[]> {
    await this.#connect();
    return (await this.#client.query(text)).rows as Row[];
  }

  async close(): Promise<void> {
    if (this.#connected) await this.#client.end().catch(() => {});
  }

  #connect(): Promise<unknown> {
    this.#connected ??= this.#client.connect();
    return this.#connected;
  }
}

/** A name of a schema, quoted. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
