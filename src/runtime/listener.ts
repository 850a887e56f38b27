/**
 * Hears NOTIFY on one connection and tells whoever asked.
 *
 * A notification is a hint, never a promise: those sent while the connection was away are lost. So after each (re)connect it first
 * LISTENs and only then tells everyone to look once; whatever committed before the LISTEN is seen by that look, whatever commits later
 * is heard.
 */
import pg from 'pg';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import { Lifecycle, type Service } from './service.ts';

/** Called with a notification's payload, or with undefined: look for yourself, something may have been missed. */
export type Heard = (payload: string | undefined) => void;

export interface ListenerOptions {
  /** A direct connection: through a pooler in transaction mode LISTEN succeeds and hears nothing. */
  database: pg.ClientConfig;
  logger: Logger;
  clock: Clock;
}

export class Listener implements Service {
  readonly #options: ListenerOptions;
  readonly #lifecycle = new Lifecycle('listener');
  readonly #ears = new Map<string, Set<Heard>>();
  readonly #ending = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Subscribe before start. Returns what ends the subscription. */
  on(channel: string, heard: Heard): () => void {
    const ears = this.#ears.get(channel) ?? new Set();
    this.#ears.set(channel, ears.add(heard));
    return () => ears.delete(heard);
  }

  /** Does not wait for the connection: a database that is away now is one that comes back later. */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#running = this.#keepListening();
    });
  }

  stop(): Promise<void> {
    this.#ending.abort();
    return this.#lifecycle.stop(async () => {
      await this.#client?.end().catch(() => {});
      await this.#running;
    });
  }

  async #keepListening(): Promise<void> {
    let failures = 0;
    while (!this.#ending.signal.aborted) {
      const reason = await this.#listenUntilLost(() => {
        failures = 0;
      });
      if (this.#ending.signal.aborted) return;
      failures += 1;
      const ms = backoffMs(failures);
      this.#options.logger.warn('listening connection lost, connecting again', { error: reason, inMs: Math.round(ms) });
      await this.#options.clock.sleep(ms, this.#ending.signal);
    }
  }

  /** Resolves with what ended the connection. */
  async #listenUntilLost(connected: () => void): Promise<unknown> {
    const client = new pg.Client(this.#options.database);
    this.#client = client;
    const lost = new Promise<unknown>((resolve) => {
      client.on('error', resolve);
      client.on('end', () => resolve(new Error('connection ended')));
    });
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.#ears.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      connected();
      this.#tellAllToLook();
    } catch (error) {
      await client.end().catch(() => {});
      return error;
    }
    if (this.#ending.signal.aborted) await client.end().catch(() => {});
    return lost;
  }

  #tellAllToLook(): void {
    for (const channel of this.#ears.keys()) this.#tell(channel, undefined);
  }

  #tell(channel: string, payload: string | undefined): void {
    for (const heard of this.#ears.get(channel) ?? []) heard(payload);
  }
}
