// The database as a dispatcher needs it, as interfaces. The real implementations call the store (sessions.ts,
// stores.ts); a simulation supplies its own.

import type { Dispatch, LeaseRef } from '../../domain/dispatch.ts';
import type { Key } from '../../domain/key.ts';
import type { DispatcherQueue } from '../../domain/queue.ts';
import type { Listener } from '../../postgres/listener.ts';
import type { ActivityNote, HistogramNote } from '../../store/activity.ts';
import type { BlockerEntry } from '../../store/blockers.ts';
import type { Heartbeat, Membership } from '../../store/leaderships.ts';
import type { AttemptRecord, FailureReport } from '../../store/outcomes.ts';
import type { StoredTarget } from '../delivery/targets.ts';
import type { FloorSession } from '../upkeep/raise-floors.ts';

/** A claimed task, ready to be sent. */
export interface ClaimedDispatch extends Dispatch {
  /**
   * When the claim was sent, in milliseconds of this process's clock. The lease expires no earlier than the deadline
   * plus its grace period after that.
   */
  claimedAt: number;
  /**
   * Returns false if the database may have declared the claiming dispatcher dead since, so that another may lead the
   * queue. Left out: that is impossible.
   */
  isOurs?(): boolean;
}

/**
 * The claiming connection while it lives. Every call rejects once it is lost, because a claim must not outlive the
 * leadership.
 */
export interface ClaimSession {
  /** Milliseconds since the last answered statement was sent; it keeps growing after the session is lost. */
  silentMs(): number;
  /** All live queues. For those named by id, the claims in progress are counted too. */
  queues(counted: readonly number[]): Promise<DispatcherQueue[]>;
  membership(): Promise<Membership>;
  heartbeat(): Promise<Heartbeat>;
  /** Takes the leadership of up to `most` of these queues; returns the ids it got. */
  lead(queueIds: number[], most: number): Promise<number[]>;
  resign(queueId: number): Promise<void>;
  /** True if the server's lock table has no room for another leadership. */
  isCrowded(): Promise<boolean>;
  /**
   * Resigns all leaderships and stops counting as a dispatcher. While the session stays open, others know that its
   * requests are under way.
   */
  resignAll(): Promise<void>;
  /** Claims due tasks. Tasks whose claim was not cleanly acknowledged are left out. */
  claim(queue: string, maxTasks: number): Promise<ClaimedDispatch[]>;
  /** The number of tasks that were forced to run, counted up to 100. */
  forced(queue: string): Promise<number>;
  claimForced(queue: string, maxTasks: number): Promise<ClaimedDispatch[]>;
  /** Milliseconds until each queue has something to claim; 0 or less: now; Infinity: nothing. */
  msToDue(queues: string[]): Promise<Map<string, number>>;
  /**
   * Takes the doorbells of queues to which nobody is adding without notifying; returns the ids it got (doorbells.ts).
   */
  takeDoorbells(queueIds: number[]): Promise<number[]>;
  releaseDoorbells(queueIds: number[]): Promise<void>;
  /** Resigns all leaderships by disconnecting. */
  close(): Promise<void>;
}

/** Records the outcomes of attempts, on connections of its own. */
export interface OutcomeStore {
  /** Returns the completed ids; the other leases were stale. `attempts`: the records to keep. */
  complete(queue: string, leases: LeaseRef[], attempts: AttemptRecord[]): Promise<string[]>;
  fail(queue: string, failure: FailureReport, attempt: AttemptRecord): Promise<'retry' | 'dead' | 'stale'>;
  /**
   * Releases tasks that were claimed and never sent; they can be claimed again after the delay. Returns their number.
   */
  release(queue: string, leases: LeaseRef[], delaySeconds: number): Promise<number>;
}

/** Maintains the queues' data, on connections of its own. */
export interface UpkeepStore {
  recordActivity(note: ActivityNote): Promise<void>;
  recordHistograms(notes: HistogramNote[]): Promise<void>;
  /** Records what keeps queues from claiming. */
  recordBlockers(entries: BlockerEntry[]): Promise<void>;
  /** Returns the queues in which there may be more to sweep. */
  sweep(queues: string[]): Promise<string[]>;
  /** Creates room for attempts, completed tasks and statistics to come, and drops old ones. */
  sweepPartitions(): Promise<void>;
  /** Adds the notices of up to `most` dead tasks; returns how many, or null: none, and none may come unseen. */
  notifyDeaths(most: number): Promise<number | null>;
  /** Deletes some rows of purged tasks; returns how many. */
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
  /** Resolves if this program can run on the database's schema. */
  requireSchema(): Promise<void>;
  /** Connects and registers a dispatcher. `lost` is called when the connection dies, but not when it is closed. */
  openClaimSession(lost: (reason: unknown) => void): Promise<ClaimSession>;
  /** Connects the floor loop. */
  openFloorSession(lost: (reason: unknown) => void): Promise<FloorSession>;
  outcomes: OutcomeStore;
  upkeep: UpkeepStore;
  routing: RoutingStore;
  /** Receives notifications. Default: LISTEN on a connection of its own. */
  listener?: Pick<Listener, 'on' | 'start' | 'stop'>;
  /** Closes everything except the sessions and the listener. */
  close(): Promise<void>;
}
