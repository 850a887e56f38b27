// The claims of one claiming session, and which of them may be sent.

import type { Dispatch, LeaseRef } from '../../domain/dispatch.ts';
import { prepared } from '../../postgres/prepared.ts';
import type { Session } from '../../postgres/session.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Claim } from '../../store/claims.ts';
import { type Claimed, claimTasks, type Portion } from '../../store/dispatches.ts';
import { company } from '../../store/leaderships.ts';
import type { ClaimedDispatch, SettleStore } from './ports.ts';
import { MOST_SILENCE_MS } from './silence.ts';

export interface ClaimsOptions {
  session: Session;
  /** The dispatcher's. */
  number: number;
  /** Reads tasks that are claimed, on another connection. */
  read(leases: readonly LeaseRef[], forced: boolean): Promise<Dispatch[]>;
  store: Pick<SettleStore, 'release'>;
  clock: Clock;
  logger: Logger;
}

export class Claims {
  readonly #options: ClaimsOptions;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Claims for each portion. Rejects when the session is lost before its answer came. */
  async claim(claim: Claim, portions: readonly Portion[]): Promise<ClaimedDispatch[][]> {
    const { session, clock, number } = this.#options;
    const watched = session.watch();
    const claimedAt = clock.now();
    const executor = { query: (text: string, values: unknown[]) => watched.query(prepared(text, values)) };
    const claimed = await claimTasks(executor, claim, portions, number);
    if (!watched.clean) return this.#leave(claimed);
    const { dispatches } = claimed;
    if (claimed.unread.length > 0) await this.#read(claimed, portions, claim === 'claim_forced_tasks');
    await this.#prove();
    const isOurs = () => session.silentMs < MOST_SILENCE_MS;
    return dispatches.map((each) => each.map((dispatch) => ({ ...dispatch, claimedAt, isOurs })));
  }

  /**
   * R1: nothing is sent unless the claim's commit was cleanly acknowledged. A commit whose wait for the standby was cancelled is answered as
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
  async #read({ dispatches, unread }: Claimed, portions: readonly Portion[], forced: boolean): Promise<void> {
    const { read, store, logger } = this.#options;
    const portionOf = new Map(unread.map(({ id, portion }) => [id, portion]));
    try {
      for (const dispatch of await read(unread, forced)) {
        dispatches[portionOf.get(dispatch.id) as number]?.push(dispatch);
      }
    } catch (error) {
      logger.warn('claimed tasks could not be read, they are given back', { error, tasks: unread.length });
      for (const [portion, leases] of Map.groupBy(unread, (lease) => lease.portion)) {
        await store.release((portions[portion] as Portion).queue, leases, 1).catch(() => {}); // or their leases end
      }
    }
  }

  /**
   * An answer that is read late may be that of a session that is over, and another leads. Then the next statement tells; for a database that is slow and
   * well, it proves that nobody else does.
   */
  async #prove(): Promise<void> {
    const { session } = this.#options;
    if (session.silentMs >= MOST_SILENCE_MS) await company(session).catch(() => {});
  }
}
