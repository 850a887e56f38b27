// Holds an old snapshot open for a minute, as a forgotten transaction does: it keeps vacuum from removing dead rows.
// The console names it, and shows that claims stay as fast as they were.

import pg from 'pg';

const HOLD_MS = 60_000;

export class OldSnapshot {
  readonly #databaseUrl: string;
  #held: { client: pg.Client; until: number; timer: NodeJS.Timeout } | undefined;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** For how much longer it is held; 0: it is not. */
  get seconds(): number {
    return this.#held ? Math.max(0, Math.ceil((this.#held.until - Date.now()) / 1_000)) : 0;
  }

  /** Does nothing if one is held. */
  async hold(): Promise<void> {
    if (this.#held) return;
    const client = new pg.Client({
      connectionString: this.#databaseUrl,
      application_name: 'sample: an old snapshot',
    });
    client.on('error', () => void this.release()); // somebody ended it, as the console advises
    const timer = setTimeout(() => void this.release(), HOLD_MS);
    this.#held = { client, until: Date.now() + HOLD_MS, timer };
    try {
      await client.connect();
      await client.query('begin isolation level repeatable read');
      await client.query('select count(*) from orders');
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    clearTimeout(held?.timer);
    await held?.client.end().catch(() => {});
  }
}
