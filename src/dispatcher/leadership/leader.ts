// Which queues this process leads.
//
// A queue's rate and concurrency are kept in the memory of one process, its leader: the one that holds the queue's session advisory lock.
// It holds the lock on the connection that claims, so a lost lock is a lost claim, and nobody has to notice a leader's death: PostgreSQL
// frees what a dead session held, and the next look of another dispatcher takes it.
//
//   nobody's ──try-lock──▶ led ──surplus: stop claiming, unlock──▶ nobody's
//                           └──connection lost: all at once──────▶ nobody's
//
// The dispatchers divide the queues without a word: each counts who is present, leads its share and no more (fair-share.ts). A share is
// rounded up, so there is always room for every queue; who has more than a share after another came gives up the rest.

import type { DispatcherQueue } from '../../domain/queue.ts';
import { SessionLost } from '../../postgres/pinned-session.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { DatabaseClock } from '../database/database-clock.ts';
import type { ClaimSession } from '../database/ports.ts';
import { fairShare } from './fair-share.ts';

/** The queues that are led, and the work that is done for them. */
export interface QueueSet {
  /** Ids of the queues of which attempts of former leaders are under way, as far as is known: they are counted again. */
  readonly inheriting: readonly number[];
  lead(queue: DispatcherQueue, session: ClaimSession): void;
  update(queue: DispatcherQueue): void;
  /** Resolves when nothing is claimed any more. */
  leave(queueId: number): Promise<void>;
  /** The session is gone: stop claiming now. */
  leaveAll(): void;
}

export interface LeaderOptions {
  /** Connects, and announces this dispatcher. `lost` is called when the connection dies. */
  open(lost: (reason: unknown) => void): Promise<ClaimSession>;
  ledQueues: QueueSet;
  databaseClock: DatabaseClock;
  /** Told the database's count of changes with each check of the membership. */
  seeChanges?(changes: number): void;
  /** Told when the database's clock was set back. */
  clockWentBack?(): void;
  logger: Logger;
}

export class Leader {
  readonly #options: LeaderOptions;
  readonly #led = new Set<number>();
  #session: ClaimSession | undefined;
  #last: ClaimSession | undefined;
  #dispatchers = 0;
  #queueCount = 0;
  #crowded = false;
  #closed = false;

  constructor(options: LeaderOptions) {
    this.#options = options;
  }

  /**
   * One cheap statement. Returns true when a look is due: a dispatcher has come or gone, or a queue has no leader.
   *
   * @throws what the connection throws
   */
  async checkMembership(): Promise<boolean> {
    const session = this.#session;
    if (!session) return true;
    const { dispatchers, led, now, changes } = await this.#using(() => session.membership());
    if (this.#options.databaseClock.set(now)) this.#options.clockWentBack?.();
    this.#options.seeChanges?.(changes);
    return dispatchers !== this.#dispatchers || (led < this.#queueCount && !this.#crowded);
  }

  /**
   * One look at the queues and the other dispatchers. Returns true when the queues are not divided evenly yet.
   *
   * @param alone take every queue that can be had, as if no other dispatcher were there
   * @throws what the connection throws; the next look connects anew
   */
  async refresh(alone = false): Promise<boolean> {
    const session = await this.#connected();
    return this.#using(() => this.#refreshWith(session, alone));
  }

  /** Frees every queue for others, and stays connected: others know that its requests are under way. */
  async resign(): Promise<void> {
    this.#closed = true;
    this.#led.clear();
    await this.#session?.resignAll();
  }

  /** One statement, for the server to hear that this process is alive. */
  async stayConnected(): Promise<void> {
    await this.#session?.membership();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#led.clear();
    await this.#session?.close();
    this.#session = undefined;
  }

  /** Milliseconds since the database answered last. */
  get silentMs(): number {
    return this.#last?.silentMs() ?? 0;
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
    this.#queueCount = queues.length;
    const { missing, surplus } = fairShare(queues.length, dispatchers, this.#led.size);
    await this.#giveUp(session, surplus);
    await this.#takeOver(session, queues, missing);
    return !this.#crowded && this.#led.size < Math.floor(queues.length / Math.max(1, dispatchers));
  }

  async #connected(): Promise<ClaimSession> {
    if (this.#closed) throw new Error('the leader was closed');
    this.#session ??= await this.#options.open((reason) => this.#lost(reason));
    this.#last = this.#session;
    return this.#session;
  }

  #lost(reason: unknown): void {
    if (!this.#session) return;
    this.#session = undefined;
    const queues = this.#led.size;
    if (isSilence(reason)) this.#options.logger.warn(SILENT, { queues, remedy: SILENT_REMEDY });
    else this.#options.logger.warn('claiming connection lost', { error: reason, queues });
    this.#led.clear();
    this.#options.ledQueues.leaveAll();
  }

  /** What changed for the queues that are led already, and which are gone. */
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

  async #giveUp(session: ClaimSession, surplus: number): Promise<void> {
    if (surplus === 0) return;
    for (const id of [...this.#led].slice(-surplus)) await this.#leave(session, id);
  }

  /** Stops claiming first: the lock is what makes claims ours. */
  async #leave(session: ClaimSession, id: number): Promise<void> {
    await this.#options.ledQueues.leave(id);
    if (this.#led.delete(id)) await session.resign(id);
  }

  /** Counts the leases once more after the locks are ours: until then the former leader could add to them. */
  async #takeOver(session: ClaimSession, queues: DispatcherQueue[], most: number): Promise<void> {
    const candidates = queues.map(({ id }) => id).filter((id) => !this.#led.has(id));
    if (most === 0 || candidates.length === 0) return this.#noteCrowd(false);
    const taken = new Set(await session.lead(candidates, most));
    this.#noteCrowd(taken.size < Math.min(most, candidates.length) && (await session.isCrowded()), candidates.length);
    if (taken.size === 0) return;
    const counted = await session.queues([...taken]);
    for (const id of taken) {
      const queue = counted.find((each) => each.id === id);
      if (queue && this.#session === session) this.#begin(session, queue);
      else await session.resign(id);
    }
  }

  /** What doesn't fit into the server's lock table is left alone until the next close look. */
  #noteCrowd(crowded: boolean, candidates = 0): void {
    if (crowded && !this.#crowded)
      this.#options.logger.warn(
        'some queues have no leader: the lock table of PostgreSQL is full, raise max_locks_per_transaction',
        {
          queues: candidates,
          led: this.#led.size,
        },
      );
    this.#crowded = crowded;
  }

  #begin(session: ClaimSession, queue: DispatcherQueue): void {
    this.#led.add(queue.id);
    this.#options.ledQueues.lead(queue, session);
    this.#options.logger.info('leading queue', { queue: queue.name });
  }
}

const SILENT = 'the database heard nothing of this process for too long and gave its queues to others';
const SILENT_REMEDY = 'The process was stopped, had no processor, or a handler in it blocked the event loop.';
const IDLE_SESSION_TIMEOUT = '57P05';

function isSilence(reason: unknown): boolean {
  return (reason as { code?: unknown } | undefined)?.code === IDLE_SESSION_TIMEOUT;
}
