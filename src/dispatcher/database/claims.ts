// Makes the claims of one claiming session, and decides which of the claimed tasks may be sent.

import type { Dispatch, LeaseRef } from '../../domain/dispatch.ts';
import type { PinnedSession } from '../../postgres/pinned-session.ts';
import { preparing } from '../../postgres/prepared.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { type Claim, type Claimed, type ClaimRequest, claimTasks } from '../../store/claims.ts';
import { heartbeat } from '../../store/leaderships.ts';
import { overridden } from '../delivery/overridden.ts';
import type { ClaimedDispatch, OutcomeStore } from './ports.ts';
import { MOST_SILENCE_MS } from './silence.ts';

export interface ClaimsOptions {
  session: PinnedSession;
  /** The dispatcher's number. */
  number: number;
  /** Reads claimed tasks on another connection. */
  read(leases: readonly LeaseRef[], forced: boolean): Promise<Dispatch[]>;
  store: Pick<OutcomeStore, 'release'>;
  clock: Clock;
  logger: Logger;
}

export class Claims {
  readonly #options: ClaimsOptions;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Claims for each request. Rejects if the session is lost before the result arrives. */
  async claim(claim: Claim, requests: readonly ClaimRequest[]): Promise<ClaimedDispatch[][]> {
    const { session, clock, number } = this.#options;
    const watched = session.watch();
    const claimedAt = clock.now();
    const claimed = await claimTasks(preparing(watched), claim, requests, number);
    if (!watched.clean) return this.#leave(claimed);
    const { dispatches } = claimed;
    if (claimed.unread.length > 0) await this.#read(claimed, requests, claim === 'claim_forced_tasks');
    await this.#prove();
    const isOurs = () => session.silentMs < MOST_SILENCE_MS;
    return dispatches.map((each) => each.map((dispatch) => ({ ...overridden(dispatch), claimedAt, isOurs })));
  }

  /**
   * Nothing may be sent unless the claim's commit was cleanly acknowledged. If the commit's wait for the standby was
   * cancelled, the server reports success with a warning: after a failover that claim never happened, and another
   * dispatcher sends the same tasks. So these tasks are left alone until their leases expire.
   */
  #leave({ dispatches, unread }: Claimed): ClaimedDispatch[][] {
    this.#options.logger.warn('the standby did not confirm a claim; its tasks wait until their leases expire', {
      queues: dispatches.flatMap(([first]) => first?.queue ?? []),
      tasks: dispatches.flat().length + unread.length,
    });
    return dispatches.map(() => []);
  }

  /** Adds the tasks that the result had no room for. Those that cannot be read now are released. */
  async #read({ dispatches, unread }: Claimed, requests: readonly ClaimRequest[], forced: boolean): Promise<void> {
    const { read, store, logger } = this.#options;
    const requestOf = new Map(unread.map(({ id, request }) => [id, request]));
    try {
      for (const dispatch of await read(unread, forced)) {
        dispatches[requestOf.get(dispatch.id) as number]?.push(dispatch);
      }
    } catch (error) {
      logger.warn('could not read claimed tasks; releasing them', { error, tasks: unread.length });
      for (const [request, leases] of Map.groupBy(unread, (lease) => lease.request)) {
        await store.release((requests[request] as ClaimRequest).queue, leases, 1).catch(() => {}); // or they expire
      }
    }
  }

  /**
   * A result that is read late may belong to a session that has ended, and another dispatcher may lead. The next
   * statement reveals that; if the database is merely slow, it proves that this session still leads.
   */
  async #prove(): Promise<void> {
    const { session } = this.#options;
    if (session.silentMs >= MOST_SILENCE_MS) await heartbeat(session).catch(() => {});
  }
}
