// Decides which queues this process leads.
//
// A queue's rate and concurrency are kept in the memory of one process, its leader: the one that holds the queue's
// session advisory lock. It holds the lock on the connection that claims, so losing the lock means losing the claim,
// and nobody has to detect a leader's death: PostgreSQL releases the locks of a dead session, and another dispatcher's
// next refresh takes them.
//
//   no leader ──try-lock──▶ led ──surplus: stop claiming, unlock──▶ no leader
//                            └──connection lost: all queues────────▶ no leader
//
// The dispatchers divide the queues without communicating: each counts the connected dispatchers, leads its share and
// no more (fair-share.ts). A share is rounded up, so there is room for every queue; a dispatcher that has more than its
// share after another one joined resigns the rest.

import type { DispatcherQueue } from '../../domain/queue.ts';
import { SessionLost } from '../../postgres/pinned-session.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Heartbeat } from '../../store/leaderships.ts';
import type { DatabaseClock } from '../database/database-clock.ts';
import type { ClaimSession } from '../database/ports.ts';
import { fairShare } from './fair-share.ts';
import type { MembershipCheck } from './refresh-loop.ts';

/** The queues that are led, and the work on them. */
export interface QueueSet {
  /** Ids of the queues that may have attempts of former leaders under way: these are counted again. */
  readonly inheriting: readonly number[];
  lead(queue: DispatcherQueue, session: ClaimSession): void;
  update(queue: DispatcherQueue): void;
  /** Resolves when no claim of the queue is under way. */
  leave(queueId: number): Promise<void>;
  /** The session is gone: stop claiming now. */
  leaveAll(): void;
}

export interface LeaderOptions {
  /** Connects and registers this dispatcher. `lost` is called when the connection dies. */
  open(lost: (reason: unknown) => void): Promise<ClaimSession>;
  ledQueues: QueueSet;
  databaseClock: DatabaseClock;
  /** Receives the database's count of changes with each membership check. */
  seeChanges?(changes: number): void;
  /** Called when the database's clock was set back. */
  clockWentBack?(): void;
  logger: Logger;
}

/** A dispatcher that leads all queues alone counts the others less often: one that joins notifies it. */
const ALONE_MS = 10_000;

export class Leader {
  readonly #options: LeaderOptions;
  readonly #led = new Set<number>();
  #session: ClaimSession | undefined;
  #last: ClaimSession | undefined;
  #dispatchers = 0;
  /** When they were counted, by the database's clock. */
  #countedAt = 0;
  #queueCount = 0;
  #crowded = false;
  #closed = false;
  #elsewhere: string[] = [];

  constructor(options: LeaderOptions) {
    this.#options = options;
  }

  /**
   * Checks the membership with one statement.
   *
   * @throws the connection's error
   */
  async checkMembership(): Promise<MembershipCheck> {
    const session = this.#session;
    if (!session) return { due: true, took: 0 };
    if (this.#leadsAll) {
      const { now } = this.#see(await this.#using(() => session.heartbeat()));
      if (Math.abs(now - this.#countedAt) < ALONE_MS) return { due: false, took: 0 };
    }
    const { dispatchers, led, now, took } = this.#see(await this.#using(() => session.membership()));
    this.#countedAt = now;
    const due = dispatchers !== this.#dispatchers || (led < this.#queueCount && !this.#crowded);
    return { due, took };
  }

  /**
   * Reads the queues and the other dispatchers. Returns true while the queues are not yet divided evenly.
   *
   * @param alone take every available queue, as if no other dispatcher were connected
   * @throws the connection's error; the next refresh connects again
   */
  async refresh(alone = false): Promise<boolean> {
    const session = await this.#connected();
    return this.#using(() => this.#refreshWith(session, alone));
  }

  /** Names of the push queues that other dispatchers led at the last refresh. */
  get ledElsewhere(): readonly string[] {
    return this.#elsewhere;
  }

  /** Frees all queues for others but stays connected, so that others know that its requests are under way. */
  async resign(): Promise<void> {
    this.#closed = true;
    this.#led.clear();
    await this.#session?.resignAll();
  }

  /** Sends one statement, so that the server knows this process is alive. */
  async stayConnected(): Promise<void> {
    await this.#session?.heartbeat();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#led.clear();
    await this.#session?.close();
    this.#session = undefined;
  }

  /** Milliseconds since the database last answered. */
  get silentMs(): number {
    return this.#last?.silentMs() ?? 0;
  }

  get #leadsAll(): boolean {
    return this.#dispatchers === 1 && this.#led.size === this.#queueCount;
  }

  #see<Beat extends Heartbeat>(beat: Beat): Beat {
    const { databaseClock, clockWentBack, seeChanges } = this.#options;
    if (databaseClock.set(beat.now)) clockWentBack?.();
    seeChanges?.(beat.changes);
    return beat;
  }

  async #using<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SessionLost) this.#lost(error);
      throw error;
    }
  }

  async #refreshWith(session: ClaimSession, alone: boolean): Promise<boolean> {
    const queues = await this.#queues(session);
    const membership = await session.membership();
    this.#options.databaseClock.set(membership.now);
    const dispatchers = alone ? 1 : membership.dispatchers;
    this.#dispatchers = membership.dispatchers;
    this.#countedAt = membership.now;
    this.#queueCount = queues.length;
    const { missing, surplus } = fairShare(queues.length, dispatchers, this.#led.size);
    await this.#resignSurplus(session, surplus);
    await this.#takeOver(session, queues, missing);
    const others = queues.filter(({ id, mode }) => mode === 'push' && !this.#led.has(id));
    this.#elsewhere = this.#crowded ? [] : others.map(({ name }) => name);
    return !this.#crowded && this.#led.size < Math.floor(queues.length / Math.max(1, dispatchers));
  }

  async #connected(): Promise<ClaimSession> {
    if (this.#closed) throw new Error('the leader is closed');
    this.#session ??= await this.#options.open((reason) => this.#lost(reason));
    this.#last = this.#session;
    return this.#session;
  }

  #lost(reason: unknown): void {
    if (!this.#session) return;
    this.#session = undefined;
    const queues = this.#led.size;
    if (isSilence(reason)) this.#options.logger.warn(SILENT, { queues, remedy: SILENT_REMEDY });
    else this.#options.logger.warn('lost the claiming connection', { error: reason, queues });
    this.#led.clear();
    this.#options.ledQueues.leaveAll();
  }

  /** Updates the queues that are already led, and leaves those that are gone. */
  async #queues(session: ClaimSession): Promise<DispatcherQueue[]> {
    const queues = await session.queues(this.#options.ledQueues.inheriting);
    const live = new Map(queues.map((queue) => [queue.id, queue]));
    for (const id of this.#led) {
      const queue = live.get(id);
      if (queue) this.#options.ledQueues.update(queue);
      else await this.#leave(session, id);
    }
    return queues;
  }

  async #resignSurplus(session: ClaimSession, surplus: number): Promise<void> {
    if (surplus === 0) return;
    for (const id of [...this.#led].slice(-surplus)) await this.#leave(session, id);
  }

  /** Stops claiming first: the lock is what entitles this process to claim. */
  async #leave(session: ClaimSession, id: number): Promise<void> {
    await this.#options.ledQueues.leave(id);
    if (this.#led.delete(id)) await session.resign(id);
  }

  /** Reads the queues again once the locks are held: until then a former leader could add leases. */
  async #takeOver(session: ClaimSession, queues: DispatcherQueue[], most: number): Promise<void> {
    const candidates = queues.map(({ id }) => id).filter((id) => !this.#led.has(id));
    if (most === 0 || candidates.length === 0) return this.#setCrowded(false);
    const taken = new Set(await session.lead(candidates, most));
    this.#setCrowded(taken.size < Math.min(most, candidates.length) && (await session.isCrowded()), candidates.length);
    if (taken.size === 0) return;
    const counted = await session.queues([...taken]);
    for (const id of taken) {
      const queue = counted.find((each) => each.id === id);
      if (queue && this.#session === session) this.#begin(session, queue);
      else await session.resign(id);
    }
  }

  /** Queues that do not fit into the server's lock table have no leader until the next refresh. */
  #setCrowded(crowded: boolean, candidates = 0): void {
    if (crowded && !this.#crowded)
      this.#options.logger.warn(
        'some queues have no leader because the lock table of PostgreSQL is full; raise max_locks_per_transaction',
        { queues: candidates, led: this.#led.size },
      );
    this.#crowded = crowded;
  }

  #begin(session: ClaimSession, queue: DispatcherQueue): void {
    this.#led.add(queue.id);
    this.#options.ledQueues.lead(queue, session);
    this.#options.logger.info('leading queue', { queue: queue.name });
  }
}

const SILENT = 'the database did not hear from this process for too long and ended its session; others lead its queues';
const SILENT_REMEDY = 'Check whether the process was suspended, short of CPU time, or had its event loop blocked.';
const IDLE_SESSION_TIMEOUT = '57P05';

function isSilence(reason: unknown): boolean {
  return (reason as { code?: unknown } | undefined)?.code === IDLE_SESSION_TIMEOUT;
}
