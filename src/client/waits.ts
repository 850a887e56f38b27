// Waits for work without polling: a lease call that found nothing sleeps until something may be due.
//
//   lease: nothing ──▶ begin a wait ──▶ check once more: when is something due? ──▶ sleep
//     ▲                                                                               │
//     └────────────────────── notified, due, a lease has expired ─────────────────────┘
// An enqueuer notifies if anyone waits for its queue. One session holds a queue's doorbell and notifies the other
// waiting sessions when it ends its wait. If its process dies instead, they find out by themselves, because they also
// check from time to time. All waits of these task queues share one connection, which no other statement uses.

import { SharedBackend } from '../postgres/own-backend.ts';
import { openWaitingConnection, type WaitingConnection, type WaitingSettings } from '../postgres/waiting-connection.ts';
import { msToLeasable } from '../store/doorbells.ts';
import { notificationDelayMs } from '../wakeup/notification-delay.ts';
import type { SleepLength } from '../wakeup/sleep-length.ts';
import { Sleeper } from '../wakeup/sleeper.ts';
import { SharedWaits } from './shared-waits.ts';

/** Longest sleep by the state of the wait, in milliseconds. */
const LONGEST_MS = {
  held: 60_000, // in case a notification was lost, for example because the server's notification queue was full
  rung: 5_000, // the process that holds the doorbell may have died
  open: Infinity,
};
/** Time between two checks without a connection. */
const POLL_MS = 1_000;
/** Behind a pooler in transaction mode: time until a waiting connection is tried again. */
const SHARED_MS = 60_000;
const POLLING = 'waiting lease calls poll every second; waitingConnection can lead them past the pooler: ';

/** The queue and tag that a lease call waits for, and the state of its wait. */
export interface WaitedFor {
  queue: string;
  tag: string | undefined;
  signal: AbortSignal | undefined;
  sleep: SleepLength;
  /** Number of consecutive notifications after which nothing was due. */
  vain: number;
}

export class Waits {
  readonly #settings: WaitingSettings | undefined;
  readonly #sleepers = new Map<string, Set<Sleeper>>();
  /** Names of queues by id, for the queues waited for so far: notifications carry only the id. */
  readonly #names = new Map<number, string>();
  #connecting: Promise<SharedWaits> | undefined;
  #connection: WaitingConnection | undefined;
  #closed = false;
  readonly #warn: (message: string) => void;
  #sharedUntil = -Infinity;

  /**
   * @param settings of the connection; undefined: waits use no connection and poll every second
   * @param warn called once if a pooler does not allow such a connection; default: Node's warnings
   */
  constructor(
    settings: WaitingSettings | undefined,
    warn: (message: string) => void = (text) => process.emitWarning(text),
  ) {
    this.#settings = settings;
    this.#warn = warn;
  }

  /**
   * Resolves when the queue may have something to lease, when the signal aborts, or after this many milliseconds. It
   * never rejects: the next lease call reports what is wrong.
   */
  async wait(wanted: WaitedFor, mostMs: number): Promise<void> {
    const until = performance.now() + mostMs;
    const sleeper = this.#enter(wanted.queue, wanted.signal);
    try {
      const waits = await this.#connected();
      if (waits === undefined) await sleeper.sleep(Math.min(POLL_MS, mostMs));
      else await this.#waitOn(waits, sleeper, wanted, until);
    } catch {
      await sleeper.sleep(Math.min(POLL_MS, until - performance.now()));
    } finally {
      this.#leave(wanted.queue, sleeper);
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends all waits and closes the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const sleepers of this.#sleepers.values()) for (const sleeper of sleepers) sleeper.wake();
    await (await this.#connecting?.catch(() => undefined))?.connection.close();
  }

  async #waitOn(waits: SharedWaits, sleeper: Sleeper, wanted: WaitedFor, until: number): Promise<void> {
    const { queue, tag } = wanted;
    while (!sleeper.woken && performance.now() < until) {
      const { id, state } = await waits.begin(queue, sleeper);
      this.#names.set(id, queue);
      const dueMs = await msToLeasable(waits.connection, queue, tag);
      const ms = wanted.sleep.next(state !== 'open', dueMs, performance.now());
      await sleeper.sleep(Math.min(ms, LONGEST_MS[state], until - performance.now()));
      if (dueMs <= 0) return;
      if (sleeper.woken) await this.#slowDown(wanted, until);
      if (state !== 'open') return;
      waits.end(queue, sleeper);
    }
  }

  async #slowDown(wanted: WaitedFor, until: number): Promise<void> {
    wanted.vain += 1;
    const ms = Math.min(notificationDelayMs(wanted.vain), until - performance.now());
    if (ms <= 0 || wanted.signal?.aborted || this.#closed) return;
    const delay = new Sleeper(wanted.signal);
    await delay.sleep(ms);
    delay.end();
  }

  /** Undefined if waits use no connection, or none now. */
  async #connected(): Promise<SharedWaits | undefined> {
    if (this.#settings === undefined || this.#closed || performance.now() < this.#sharedUntil) return undefined;
    this.#connecting ??= this.#connect(this.#settings);
    const connecting = this.#connecting;
    try {
      return await connecting;
    } catch (error) {
      if (this.#connecting === connecting) {
        this.#connecting = undefined;
        this.#notePooler(error);
      }
      throw error;
    }
  }

  async #connect(settings: WaitingSettings): Promise<SharedWaits> {
    const connection = await openWaitingConnection(settings, {
      heard: (queueId) => this.#wake(this.#names.get(queueId) ?? ''),
      lost: () => this.#lost(),
    });
    this.#connection = connection;
    if (this.#sleepers.size === 0) connection.keepAlive(false);
    return new SharedWaits(connection);
  }

  #notePooler(error: unknown): void {
    if (!(error instanceof SharedBackend)) return;
    if (this.#sharedUntil === -Infinity) this.#warn(POLLING + error.message);
    this.#sharedUntil = performance.now() + SHARED_MS;
  }

  #lost(): void {
    this.#connecting = undefined;
    this.#connection = undefined;
    for (const queue of this.#sleepers.keys()) this.#wake(queue);
  }

  #wake(queue: string): void {
    for (const sleeper of this.#sleepers.get(queue) ?? []) sleeper.wake();
  }

  #enter(queue: string, signal: AbortSignal | undefined): Sleeper {
    const sleeper = new Sleeper(signal);
    const sleepers = this.#sleepers.get(queue) ?? new Set();
    this.#sleepers.set(queue, sleepers.add(sleeper));
    this.#connection?.keepAlive(true);
    return sleeper;
  }

  #leave(queue: string, sleeper: Sleeper): void {
    sleeper.end();
    const sleepers = this.#sleepers.get(queue);
    sleepers?.delete(sleeper);
    if (sleepers?.size === 0) this.#sleepers.delete(queue);
    void this.#connecting?.then((waits) => waits.end(queue, sleeper)).catch(() => {});
    if (this.#sleepers.size === 0) this.#connection?.keepAlive(false);
  }
}
