// Receives notifications on one connection and passes them to subscribers. A notification is only a hint: those sent
// while the connection is down are lost. So after each (re)connect the listener first issues LISTEN and then asks all
// subscribers to check once. That check sees whatever was committed before the LISTEN; later commits send
// notifications.

import pg from 'pg';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { Retries } from '../runtime/retries.ts';
import { Lifecycle, type Service } from '../runtime/service.ts';
import { DirectClient } from './direct-client.ts';
import { watchListening } from './heartbeat.ts';
import { releaseSession, requireOwnBackend } from './own-backend.ts';

/** Called with a notification's payload, or with undefined to request a check: a notification may have been missed. */
export type NotificationListener = (payload: string | undefined) => void;

export interface ListenerOptions {
  /** A direct connection: through a pooler in transaction mode, LISTEN succeeds but nothing is received. */
  database: pg.ClientConfig;
  logger: Logger;
  clock: Clock;
}

const WORDS = {
  first: 'lost the listening connection; reconnecting',
  more: 'still without a listening connection',
  over: 'listening again',
};

export class Listener implements Service {
  readonly #options: ListenerOptions;
  readonly #lifecycle = new Lifecycle('listener');
  readonly #subscribers = new Map<string, Set<NotificationListener>>();
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Subscribes to a channel; must be called before start. Returns a function that ends the subscription. */
  on(channel: string, notified: NotificationListener): () => void {
    const subscribers = this.#subscribers.get(channel) ?? new Set();
    this.#subscribers.set(channel, subscribers.add(notified));
    return () => subscribers.delete(notified);
  }

  /** Does not wait for the connection: an unreachable database may come back later. */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#running = this.#keepListening();
    });
  }

  stop(): Promise<void> {
    this.#ending.abort();
    return this.#lifecycle.stop(() => this.#running);
  }

  async #keepListening(): Promise<void> {
    const { clock, logger } = this.#options;
    const retries = new Retries(WORDS, clock, logger);
    while (!this.#ending.signal.aborted) {
      const reason = await this.#listenUntilLost(() => retries.worked());
      if (this.#ending.signal.aborted) return;
      await clock.sleep(retries.failed(reason), this.#ending.signal);
    }
  }

  /** Resolves with the reason why the connection ended. */
  async #listenUntilLost(connected: () => void): Promise<unknown> {
    const client = new DirectClient(this.#options.database);
    client.on('notification', ({ channel, payload }) => this.#pass(channel, payload ?? ''));
    const { promise: lost, resolve: lose } = Promise.withResolvers<unknown>();
    client.on('error', lose).on('end', () => lose(new Error('connection ended')));
    this.#ending.signal.addEventListener('abort', lose, { once: true });
    let listening = false;
    let forget = () => {};
    const setUp = this.#listen(client).then(() => {
      listening = true;
      forget = watchListening(client, this.#subscribers.size, lose);
      connected();
      this.#requestChecks();
      return lost;
    });
    const reason = await Promise.race([setUp, lost]).catch((error) => error);
    this.#ending.signal.removeEventListener('abort', lose);
    forget();
    if (listening && this.#ending.signal.aborted) await releaseSession(client, [...this.#subscribers.keys()]);
    const closed = client.end().catch(() => {});
    if (listening) await closed; // a connection still being opened does not respond before its timeout
    return reason;
  }

  async #listen(client: DirectClient): Promise<void> {
    await client.connect();
    await requireOwnBackend(client); // otherwise the channels would stay with other clients of the pooler
    for (const channel of this.#subscribers.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
  }

  #requestChecks(): void {
    for (const channel of this.#subscribers.keys()) this.#pass(channel, undefined);
  }

  #pass(channel: string, payload: string | undefined): void {
    for (const notified of this.#subscribers.get(channel) ?? []) notified(payload);
  }
}
