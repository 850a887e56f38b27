// A session: one connection for work that depends on it, such as session locks, and claims that are valid only while
// the locks are held. A lost session stays lost and rejects every call, so nothing begun under its locks can continue
// on another connection that does not hold them.

import pg from 'pg';
import { CannotWrite, isUnableToWrite } from './cannot-write.ts';
import { DirectClient, onceMore } from './direct-client.ts';
import { releaseSession, requireOwnBackend, SharedBackend } from './own-backend.ts';

/**
 * A commit whose wait for the synchronous standby was cancelled, or ended by a shutdown, is reported as successful,
 * with one of these warnings.
 */
const WARNINGS = ['01000', '57P01'];

/** The session is lost: its locks are released, and its calls are rejected. */
export class SessionLost extends Error {
  constructor(cause?: unknown) {
    super('the connection was lost, and its locks with it', { cause });
    this.name = 'SessionLost';
  }
}

/** A session watched for warnings. */
export interface Watched {
  clean: boolean;
  query(statement: pg.QueryConfig): Promise<pg.QueryResult>;
}

export class PinnedSession {
  readonly #client: DirectClient;
  readonly #onLost: (reason: unknown) => void;
  #backend = 0;
  #askedAt = performance.now();
  #over = false;
  #warnings = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Connects to a server that can write, with a server process of its own. `onLost` is called at most once, and not if
   * the session is closed.
   *
   * @param settings PostgreSQL settings for this session; a pooler may drop them
   */
  static async open(
    config: pg.ClientConfig,
    onLost: (reason: unknown) => void,
    settings?: Record<string, string>,
  ): Promise<PinnedSession> {
    return onceMore(() => PinnedSession.#open(new DirectClient(config, settings), onLost));
  }

  static async #open(client: DirectClient, onLost: (reason: unknown) => void): Promise<PinnedSession> {
    const session = new PinnedSession(client, onLost);
    try {
      await session.#client.connect();
      session.#backend = await requireOwnBackend(session.#client);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  private constructor(client: DirectClient, onLost: (reason: unknown) => void) {
    this.#client = client;
    this.#onLost = onLost;
    client.on('error', (error) => this.#lose(error));
    client.on('end', () => this.#lose(new Error('connection ended')));
    client.on('notice', ({ code }) => {
      if (code !== undefined && WARNINGS.includes(code)) this.#warnings += 1;
    });
  }

  /** Process id of the session's server process. */
  get backend(): number {
    return this.#backend;
  }

  /**
   * Checks that a session is sound: it is lost if another server process responds for it, or if the server can no
   * longer write.
   *
   * @param backend process id of the server process that responded
   * @throws SessionLost
   */
  requireSound(backend: number, readOnly: boolean): void {
    if (backend === this.#backend && !readOnly) return;
    const reason = readOnly ? new CannotWrite('the server can no longer write') : new SharedBackend();
    this.#lose(reason);
    throw new SessionLost(reason);
  }

  /** False if a pooler dropped its settings. */
  get pinned(): boolean {
    return this.#client.pinned;
  }

  /**
   * Milliseconds since the last successful statement was sent: an upper bound for how long the server has heard nothing
   * from this session.
   */
  get silentMs(): number {
    return performance.now() - this.#askedAt;
  }

  /** Runs a statement. Concurrent statements run one after another. */
  query(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    return this.#inTurn(() => this.#run({ text, values }));
  }

  /**
   * Returns the same connection, watched: `clean` stays true as long as the commit of each statement was acknowledged
   * without a warning. After a warning, a failover may undo the statement's effects: do nothing that relies on them.
   */
  watch(): Watched {
    const watched: Watched = {
      clean: true,
      query: (statement) =>
        this.#inTurn(async () => {
          const before = this.#warnings;
          const result = await this.#run(statement);
          watched.clean &&= this.#warnings === before;
          return result;
        }),
    };
    return watched;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #run(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    if (this.#over) throw new SessionLost();
    const askedAt = performance.now();
    try {
      const result = await this.#client.query(statement);
      this.#askedAt = askedAt;
      return result;
    } catch (error) {
      const isAnswer = error instanceof pg.DatabaseError;
      if (isAnswer) this.#askedAt = askedAt;
      if (!isAnswer || isUnableToWrite(error)) this.#lose(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    const lives = !this.#over && this.#backend !== 0;
    this.#over = true;
    if (lives) await releaseSession(this.#client);
    await this.#client.end().catch(() => {});
  }

  #lose(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#client.end().catch(() => {});
    this.#onLost(reason);
  }
}
