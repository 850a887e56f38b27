// The database as a dispatcher needs it, in interfaces. The real ones call the store (sessions.ts, stores.ts); a simulation brings its own.

import type { Dispatch, LeaseRef } from '../../domain/dispatch.ts';
import type { Key } from '../../domain/key.ts';
import type { DispatcherQueue } from '../../domain/queue.ts';
import type { Listener } from '../../postgres/listener.ts';
import type { HindranceNote } from '../../store/hindrances.ts';
import type { Membership } from '../../store/leaderships.ts';
import type { AttemptRecord, FailureReport } from '../../store/outcomes.ts';
import type { StoredTarget } from '../delivery/targets.ts';
import type { FloorSession } from '../upkeep/raise-floors.ts';

/** A claimed task, ready to be sent. */
export interface ClaimedDispatch extends Dispatch {
  /** When the claim was sent, in milliseconds of this process's clock: its lease ends no sooner than the deadline and its grace after. */
  claimedAt: number;
  /**
   * False: the database may have taken the dispatcher that claimed it for dead since, and another may lead its queue. Left out: that can't be.
   */
  isOurs?(): boolean;
}

/** The claiming connection while it lives. Every call rejects once it is lost: a claim can't outlive the leadership. */
export interface ClaimSession {
  /** Milliseconds since the last statement that was answered was sent; it keeps growing once the session is lost. */
  silentMs(): number;
  /** Every live queue; more than their settings of those that are named by id. */
  queues(counted: readonly number[]): Promise<DispatcherQueue[]>;
  membership(): Promise<Membership>;
  /** Takes the leadership of up to `most` of these queues; returns the ids it got. */
  lead(queueIds: number[], most: number): Promise<number[]>;
  resign(queueId: number): Promise<void>;
  /** True: the server's lock table has no room for the leadership of another queue. */
  isCrowded(): Promise<boolean>;
  /** Gives up all leaderships, and is no dispatcher any more; while it stays open, its requests are known to be under way. */
  resignAll(): Promise<void>;
  /** Claims due tasks. Those whose commit was not cleanly acknowledged are left out. */
  claim(queue: string, maxTasks: number): Promise<ClaimedDispatch[]>;
  /** How many tasks of the queue someone asked to run now, counted to 100. */
  forced(queue: string): Promise<number>;
  claimForced(queue: string, maxTasks: number): Promise<ClaimedDispatch[]>;
  /** Milliseconds until each queue has something to claim: 0 or less: now; Infinity: nothing is there. */
  msToDue(queues: string[]): Promise<Map<string, number>>;
  /** Takes the bells of those of these queues that nobody is adding to without a word; returns the ids it got (doorbell.ts). */
  takeDoorbells(queueIds: number[]): Promise<number[]>;
  releaseDoorbells(queueIds: number[]): Promise<void>;
  /** Gives up all leaderships by disconnecting. */
  close(): Promise<void>;
}

/** Records what became of attempts, on connections of its own. */
export interface OutcomeStore {
  /** Returns the ids that were completed; the others' leases were stale. `attempts`: those of them to keep. */
  complete(queue: string, leases: LeaseRef[], attempts: AttemptRecord[]): Promise<string[]>;
  fail(queue: string, failure: FailureReport, attempt: AttemptRecord): Promise<'retry' | 'dead' | 'stale'>;
  /** Gives back what was claimed and never sent, to be claimed again after the delay; returns how many. */
  release(queue: string, leases: LeaseRef[], delaySeconds: number): Promise<number>;
}

/** Keeps the data of the queues in order, on connections of its own. */
export interface UpkeepStore {
  /** @param enforcedRate tasks a second; null: the queue is not throttled */
  recordStatistics(queue: string, executed: number, enforcedRate: number | null): Promise<void>;
  /** Puts on record what keeps queues from claiming. */
  noteHindrances(notes: HindranceNote[]): Promise<void>;
  /** Returns the queues in which there may be more to remove. */
  sweep(queues: string[]): Promise<string[]>;
  /** Makes room for the attempts of the next days, and drops those that were kept for long enough. */
  sweepAttempts(): Promise<void>;
  /** Takes some rows of purged tasks away; returns how many. */
  cleanPurged(queue: string): Promise<number>;
}

/** Reads where tasks may be sent, and how their requests are signed. */
export interface RoutingStore {
  targets(): Promise<StoredTarget[]>;
  keys(): Promise<Key[]>;
  /** The entries of taskqueue.allowed_urls. */
  allowedUrls(): Promise<string[]>;
  allowUrl(entry: string): Promise<void>;
}

export interface DispatcherPorts {
  /** Connects, and announces a dispatcher. `lost` is called when the connection dies, and not when it is closed. */
  openClaimSession(lost: (reason: unknown) => void): Promise<ClaimSession>;
  /** Connects the floor loop. */
  openFloorSession(lost: (reason: unknown) => void): Promise<FloorSession>;
  outcomes: OutcomeStore;
  upkeep: UpkeepStore;
  routing: RoutingStore;
  /** What hears notifications. Default: LISTEN on a connection of its own. */
  listener?: Pick<Listener, 'on' | 'start' | 'stop'>;
  /** Closes what is shared: everything but the sessions and the listener. */
  close(): Promise<void>;
}
