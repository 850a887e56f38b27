// The register of the advisory locks. Their numbers are only here and in taskqueue._lock_class; a test compares the
// two.
//
// Any role that can connect can take any of them. So nothing that must happen waits for one, a lock counts only if its
// holder has the right to its purpose (the view taskqueue.locks), and explain_task and doctor name unrelated sessions
// that hold one. Administrative acts are serialised by row locks instead (_take_turn).

/** First of two keys, so they share no number with locks of one key; the second key is described for each. */
export const LOCKS = {
  /** Queue id; exclusive, session: the leader of the queue. */
  leader: 8_123_001,
  /**
   * Queue id; exclusive, session: a leader or worker sleeps; shared, transaction: an add does not notify
   * (doorbells.ts).
   */
  bell: 8_123_002,
  /** 0 or any other number; shared, session: a dispatcher is connected. */
  dispatcher: 8_123_003,
  /** 0; exclusive: a lease call steps a floor (migrations/functions/floors/_step_floor.sql). */
  floor: 8_123_004,
  /** Queue id; shared, session: a worker waits for the queue (migrations/functions/wakeup/begin_wait.sql). */
  waiting: 8_123_011,
  /**
   * A dispatcher's number; shared, session: it is connected, and its requests may be in flight
   * (migrations/functions/dispatch/_claim_token.sql).
   */
  claimer: 8_123_015,
} as const;

/** The only lock with a single key: a running migration holds it in its database. */
export const MIGRATION_LOCK = 8_123_000;
