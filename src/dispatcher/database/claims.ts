// The claims of one claiming session, and which of them may be sent.

import type { Dispatch, LeaseRef } from '../../domain/dispatch.ts';
import type { PinnedSession } from '../../postgres/pinned-session.ts';
import { preparing } from '../../postgres/prepared.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { type Claim, type Claimed, type ClaimRequest, claimTasks } from '../../store/claims.ts';
import { membership } from '../../store/leaderships.ts';
import type { ClaimedDispatch, OutcomeStore } from './ports.ts';
import { MOST_SILENCE_MS } from './silence.ts';

export interface ClaimsOptions {
  session: PinnedSession;
  /** The dispatcher's. */
  number: number;
  /** Reads tasks that are claimed, on another connection. */
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

  /** Claims for each request. Rejects when the session is lost before its answer came. */
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
    return dispatches.map((each) => each.map((dispatch) => ({ ...dispatch, claimedAt, isOurs })));
  }

  /**
   * Nothing is sent unless the claim's commit was cleanly acknowledged. A commit whose wait for the standby was cancelled is answered as
   * a success with a warning: after a failover that claim never was, and another dispatcher sends the same tasks. So they are left to the end
   * of their leases.
   */
  #leave({ dispatches, unread }: Claimed): ClaimedDispatch[][] {
    this.#options.logger.warn('a claim was not confirmed by the standby: its tasks wait for the end of their leases', {
      queues: dispatches.flatMap(([first]) => first?.queue ?? []),
      tasks: dispatches.flat().length + unread.length,
    });
    return dispatches.map(() => []);
  }

  /** Adds what the answer had no room for. What can't be read now is given back. */
  async #read({ dispatches, unread }: Claimed, requests: readonly ClaimRequest[], forced: boolean): Promise<void> {
    const { read, store, logger } = this.#options;
    const requestOf = new Map(unread.map(({ id, request }) => [id, request]));
    try {
      for (const dispatch of await read(unread, forced)) {
        dispatches[requestOf.get(dispatch.id) as number]?.push(dispatch);
      }
    } catch (error) {
      logger.warn('claimed tasks could not be read, they are given back', { error, tasks: unread.length });
      for (const [request, leases] of Map.groupBy(unread, (lease) => lease.request)) {
        await store.release((requests[request] as ClaimRequest).queue, leases, 1).catch(() => {}); // or their leases end
      }
    }
  }

  /**
   * An answer that is read late may be that of a session that is over, and another leads. Then the next statement tells; for a database that is slow and
   * well, it proves that nobody else does.
   */
  async #prove(): Promise<void> {
    const { session } = this.#options;
    if (session.silentMs >= MOST_SILENCE_MS) await membership(session).catch(() => {});
  }
}
