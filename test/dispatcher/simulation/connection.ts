// One simulated dispatcher's connections to the simulated database: statements take time, fail before or after they
// took effect, and the claiming connection is lost now and then. Once the dispatcher is dead, nothing of it reaches the
// database.

import type { ClaimSession, DispatcherPorts } from '../../../src/dispatcher/database/ports.ts';
import type { NotificationListener } from '../../../src/postgres/listener.ts';
import { SessionLost } from '../../../src/postgres/pinned-session.ts';
import type { ManualClock } from '../../../src/testing/manual-clock.ts';
import type { SimulatedDatabase } from './database.ts';

export interface Faults {
  /** How long the next statement takes, in milliseconds. */
  latencyMs(): number;
  /** Whether and when the next statement fails. */
  failure(): 'before' | 'after' | undefined;
}

let numbers = 0;

export class SimulatedConnection {
  readonly #database: SimulatedDatabase;
  readonly #clock: ManualClock;
  readonly #faults: Faults;
  readonly #heard = new Map<string, NotificationListener[]>();
  readonly #number = ++numbers;
  #lose: ((reason: unknown) => void) | undefined;
  #dead = false;

  constructor(database: SimulatedDatabase, clock: ManualClock, faults: Faults) {
    this.#database = database;
    this.#clock = clock;
    this.#faults = faults;
  }

  hear(channel: string, payload: string): void {
    if (!this.#dead) for (const heard of this.#heard.get(channel) ?? []) heard(payload);
  }

  loseSession(): void {
    this.#lose?.(new Error('connection lost'));
  }

  die(): void {
    this.#dead = true;
    this.#lose?.(new Error('the process was killed'));
  }

  ports(): DispatcherPorts {
    const database = this.#database;
    return {
      requireSchema: async () => {},
      openClaimSession: async (lost) => this.#open(lost),
      openFloorSession: async () => ({
        clock: async () => ({ now: '', changes: 0 }),
        openWriters: async () => [],
        advance: async () => [],
        raise: async () => {},
        close: async () => {},
      }),
      outcomes: {
        complete: (_queue, leases) => this.#statement(() => database.complete(leases)),
        fail: (_queue, failure) => this.#statement(() => database.fail(failure)),
        release: (_queue, leases, delay) => this.#statement(() => database.release(leases, delay)),
      },
      upkeep: {
        recordActivity: async ({ queue, enforced }) => {
          if (!this.#dead) database.record(queue, enforced);
        },
        recordHistograms: async () => {},
        recordBlockers: async () => {},
        sweep: async () => [],
        sweepPartitions: async () => {},
        notifyDeaths: async () => 0,
        cleanPurged: async () => 0,
      },
      routing: {
        targets: async () => [],
        keys: async () => [],
        allowedUrls: async () => [],
        allowUrl: async () => {},
      },
      listener: {
        on: (channel, heard) => {
          this.#heard.set(channel, [...(this.#heard.get(channel) ?? []), heard]);
          return () => this.#heard.delete(channel);
        },
        start: async () => {},
        stop: async () => {},
      },
      close: async () => {},
    };
  }

  #open(lost: (reason: unknown) => void): ClaimSession {
    if (this.#dead) throw new Error('the process was killed');
    const database = this.#database;
    const session = { number: this.#number, resigned: false };
    database.sessions.add(session);
    const end = (reason: unknown) => {
      if (!database.sessions.has(session)) return;
      database.end(session);
      lost(reason);
    };
    this.#lose = end;
    const statement = <T>(work: () => T) =>
      this.#statement(() => {
        if (!database.sessions.has(session)) throw new SessionLost('the session is gone');
        return work();
      }).catch((error) => {
        end(error); // without a response the connection counts as lost
        throw new SessionLost(error);
      });
    const taken = (held: Map<number, object>, ids: number[]) => {
      const free = ids.filter((id) => !held.has(id));
      for (const id of free) held.set(id, session);
      return ids.filter((id) => held.get(id) === session);
    };
    return {
      silentMs: () => 0,
      queues: () => statement(() => database.dispatcherQueues(this.#number)),
      membership: () =>
        statement(() => ({
          dispatchers: [...database.sessions].filter(({ resigned }) => !resigned).length,
          led: database.leaders.size,
          now: this.#clock.now(),
          changes: 0,
          took: 0,
        })),
      heartbeat: () => statement(() => ({ now: this.#clock.now(), changes: 0 })),
      lead: (ids, most) =>
        statement(() => taken(database.leaders, ids.filter((id) => !database.leaders.has(id)).slice(0, most))),
      isCrowded: async () => false,
      resign: (id) => statement(() => void database.leaders.delete(id)),
      resignAll: () =>
        statement(() => {
          session.resigned = true;
          database.letGo(session);
        }),
      claim: (queue, most) => statement(() => database.claim(queue, most, this.#number)),
      forced: async () => 0,
      claimForced: async () => [],
      msToDue: (queues) => statement(() => new Map(queues.map((queue) => [queue, database.msToDue(queue)]))),
      takeDoorbells: (ids) => statement(() => taken(database.bells, ids)),
      releaseDoorbells: (ids) =>
        statement(() => {
          for (const id of ids) if (database.bells.get(id) === session) database.bells.delete(id);
        }),
      close: async () => database.end(session),
    };
  }

  async #statement<T>(work: () => T): Promise<T> {
    const ms = this.#faults.latencyMs();
    if (ms > 0) await this.#clock.sleep(ms);
    if (this.#dead) throw new Error('the process was killed');
    const failure = this.#faults.failure();
    if (failure === 'before') throw new Error('the statement never arrived');
    const result = work();
    if (failure === 'after') throw new Error('the answer was lost');
    return result;
  }
}
