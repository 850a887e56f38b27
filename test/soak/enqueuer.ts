// An enqueuer that adds tasks in transactions until it is stopped: most are committed, some are rolled back, and the
// outcome of some stays unknown.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Entry, Ledger } from './ledger.ts';

/** Few go to the narrow queue, which must keep up. */
const QUEUES = ['broad', 'broad', 'broad', 'patient', 'patient', 'pull', 'pull', 'narrow'];
const MOST_A_TRANSACTION = 5;

export class Enqueuer {
  readonly #url: string;
  readonly #ledger: Ledger;
  readonly #name: string;
  #client: pg.Client | undefined;
  #count = 0;
  #ended = false;

  constructor(url: string, name: string, ledger: Ledger) {
    this.#url = url;
    this.#name = name;
    this.#ledger = ledger;
  }

  /** @param pauseMs between two transactions */
  async run(pauseMs: number): Promise<void> {
    while (!this.#ended) {
      const entries: [string, Entry][] = [];
      await this.#transaction(entries).catch(() => this.#reconnectLater());
      for (const [key, entry] of entries) this.#ledger.entries.set(key, entry);
      await sleep(Math.random() * 2 * pauseMs);
    }
    await this.#client?.end().catch(() => {});
  }

  end(): void {
    this.#ended = true;
  }

  /** The outcome stays unknown if there is no response. */
  async #transaction(entries: [string, Entry][]): Promise<void> {
    const client = await this.#connected();
    await client.query('begin');
    const rollsBack = Math.random() < 0.1;
    const tasks = 1 + Math.floor(Math.random() * MOST_A_TRANSACTION);
    for (let n = 0; n < tasks; n++) entries.push(await this.#add(client, rollsBack ? 'no' : 'unknown'));
    await client.query(rollsBack ? 'rollback' : 'commit');
    if (!rollsBack) for (const [, entry] of entries) entry.added = 'yes';
  }

  async #add(client: pg.Client, added: Entry['added']): Promise<[string, Entry]> {
    const queue = QUEUES[Math.floor(Math.random() * QUEUES.length)] as string;
    const countdown = Math.random() < 0.3 ? Math.random() * 3 : 0;
    const url = `/${this.#name}/${this.#count++}`;
    // A transaction without a COMMIT was not committed.
    const text =
      queue === 'pull'
        ? `select name, eta from taskqueue.add('pull', payload => $1, countdown => $2)`
        : `select name, eta from taskqueue.add('${queue}', url => $1, countdown => $2, dispatch_deadline => 15)`;
    const { rows } = await client.query(text, [url, countdown]);
    const kind = queue === 'pull' ? 'pull' : 'push';
    return [kind === 'pull' ? rows[0].name : url, { kind, added, eta: Math.floor(rows[0].eta.getTime()) }];
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({ connectionString: this.#url, application_name: 'pgtaskqueue soak enqueuer' });
    client.on('error', () => {});
    await client.connect();
    this.#client = client;
    return client;
  }

  async #reconnectLater(): Promise<void> {
    const broken = this.#client;
    this.#client = undefined;
    await broken?.end().catch(() => {});
    await sleep(200);
  }
}
