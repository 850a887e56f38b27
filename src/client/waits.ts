// Waiting for work without asking for it: how lease calls that found nothing sleep until there may be something.
//
//   lease: nothing ──▶ hold the queue's bell ──▶ look once more: when is something due? ──▶ sleep ──rung, due, a lease has ended──▶ lease again
//
// Whoever adds to a queue whose bell is held notifies. One session can hold a bell; others that wait rely on it: it tells them when it lets go. If its
// process dies instead, they find out by themselves, for they look now and then. All waits of these task queues share one connection, which no other
// statement uses.

import { SharedBackend } from '../postgres/own-backend.ts';
import { openWaitingConnection, type WaitingConnection, type WaitingSettings } from '../postgres/waiting-connection.ts';
import { msToLeasable } from '../store/doorbells.ts';
import { Sleeper } from '../wakeup/sleeper.ts';
import { BellHolder } from './bell-holder.ts';

/** Longest sleep at a bell of our own: the net for a notification that was lost, such as when the server's queue for them is full. */
const OWN_BELL_MS = 60_000;
/** … at a bell that another process holds: that process may have died. */
const OTHERS_BELL_MS = 5_000;
/** Without a connection: look again after this long. */
const POLL_MS = 1_000;
/** While someone is adding without a word: at first after a millisecond, then after longer, up to this. */
const MOST_OPEN_MS = 16;
/** What is due and can't be leased is locked by someone; they need a moment. */
const LOCKED_MS = 50;
/** So often what is due is asked for at once: it may have come after the lease call. */
const MOST_AT_ONCE = 2;
/** So many notifications in a row may lead to nothing, for another worker was faster … */
const MOST_RUNG_AT_ONCE = 16;
/** … then each is heard after this long at most. */
const LONGEST_DEAF_MS = 100;

/** Behind a pooler that shares connections: until it is tried again whether a connection may wait there. */
const SHARED_MS = 60_000;

/** What is waited for. */
export interface WaitedFor {
  queue: string;
  tag: string | undefined;
  signal: AbortSignal | undefined;
  /** How often in a row something was due and could not be leased. */
  inVain: number;
  /** How often in a row a notification led to nothing. */
  rung: number;
}

export class Waits {
  readonly #settings: WaitingSettings | undefined;
  readonly #sleepers = new Map<string, Set<Sleeper>>();
  /** Queues by their ids, as far as they were waited for: notifications name no queue. */
  readonly #names = new Map<number, string>();
  #connecting: Promise<BellHolder> | undefined;
  #connection: WaitingConnection | undefined;
  #closed = false;
  readonly #warn: (message: string) => void;
  #sharedUntil = -Infinity;

  /**
   * @param settings of the connection; undefined: there is none, and waiting is looking every second
   * @param warn told once when there can't be one behind a pooler; default: Node's warnings
   */
  constructor(
    settings: WaitingSettings | undefined,
    warn: (message: string) => void = (text) => process.emitWarning(text),
  ) {
    this.#settings = settings;
    this.#warn = warn;
  }

  /**
   * Resolves when the queue may have something to lease, when the signal aborts, and after so many milliseconds. It never rejects: the lease call that
   * follows says what is wrong.
   */
  async rest(wanted: WaitedFor, mostMs: number): Promise<void> {
    const until = performance.now() + mostMs;
    const sleeper = this.#enter(wanted.queue, wanted.signal);
    try {
      const bells = await this.#connected();
      if (bells === undefined) await sleeper.sleep(Math.min(POLL_MS, mostMs));
      else await this.#restAt(bells, sleeper, wanted, until);
    } catch {
      await sleeper.sleep(Math.min(POLL_MS, until - performance.now()));
    } finally {
      this.#leave(wanted.queue, sleeper);
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends the connection and all waits. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const sleepers of this.#sleepers.values()) for (const sleeper of sleepers) sleeper.wake();
    await (await this.#connecting?.catch(() => undefined))?.connection.close();
  }

  async #restAt(bells: BellHolder, sleeper: Sleeper, wanted: WaitedFor, until: number): Promise<void> {
    const { queue, tag } = wanted;
    for (let openMs = 1; !sleeper.woken && performance.now() < until; openMs = Math.min(openMs * 2, MOST_OPEN_MS)) {
      const bell = await bells.hold(queue, sleeper);
      this.#names.set(bell.id, queue);
      const ms = await msToLeasable(bells.connection, queue, tag);
      if (ms <= 0) {
        wanted.inVain += 1;
        if (wanted.inVain > MOST_AT_ONCE) await sleeper.sleep(Math.min(LOCKED_MS, until - performance.now()));
        return;
      }
      wanted.inVain = 0;
      const longest = { held: OWN_BELL_MS, rung: OTHERS_BELL_MS, open: openMs }[bell.state];
      await sleeper.sleep(Math.min(Math.ceil(ms) + 1, longest, until - performance.now())); // timers know no microseconds
      if (sleeper.woken) await this.#slowDown(wanted, until);
      if (bell.state !== 'open') return;
      bells.letGo(queue, sleeper);
    }
  }

  /** Everyone who may connect can notify: after some notifications in a row that led to nothing, the next are heard a little later. */
  async #slowDown(wanted: WaitedFor, until: number): Promise<void> {
    wanted.rung += 1;
    if (wanted.rung <= MOST_RUNG_AT_ONCE || wanted.signal?.aborted || this.#closed) return;
    const ms = Math.min(2 ** (wanted.rung - MOST_RUNG_AT_ONCE), LONGEST_DEAF_MS, until - performance.now());
    const deaf = new Sleeper(wanted.signal);
    await deaf.sleep(ms);
    deaf.end();
  }

  /** Undefined: there is nowhere to connect to. */
  async #connected(): Promise<BellHolder | undefined> {
    if (this.#settings === undefined || this.#closed || performance.now() < this.#sharedUntil) return undefined;
    this.#connecting ??= this.#connect(this.#settings);
    const connecting = this.#connecting;
    try {
      return await connecting;
    } catch (error) {
      if (this.#connecting === connecting) {
        this.#connecting = undefined;
        this.#hear(error);
      }
      throw error;
    }
  }

  async #connect(settings: WaitingSettings): Promise<BellHolder> {
    const connection = await openWaitingConnection(settings, {
      heard: (queueId) => this.#wake(this.#names.get(queueId) ?? ''),
      lost: () => this.#lost(),
    });
    this.#connection = connection;
    if (this.#sleepers.size === 0) connection.keepAlive(false);
    return new BellHolder(connection);
  }

  #hear(error: unknown): void {
    if (!(error instanceof SharedBackend)) return;
    if (this.#sharedUntil === -Infinity) this.#warn(`lease calls that wait look every second: ${error.message}`);
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
    void this.#connecting?.then((bells) => bells.letGo(queue, sleeper)).catch(() => {});
    if (this.#sleepers.size === 0) this.#connection?.keepAlive(false);
  }
}
