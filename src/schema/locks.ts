// The register of our advisory locks. Their numbers stand here and in taskqueue._lock_class, and nowhere else; a test compares.
//
// Everyone who may connect can take any of them. So nothing that must happen waits for one, none is proof of anything unless its holder has the right
// to what it is for (the view taskqueue.locks), and a stranger who holds one is named by explain_task and doctor. Administrative acts
// take their turns by locks on rows instead (_take_turn).

/** First of two keys, so that they share no number with locks of one key; the second is named beside each. */
export const LOCKS = {
  /** Queue id; exclusive, by session: leader of the queue. */
  leader: 8_123_001,
  /** Queue id; exclusive, by session: a leader or a worker sleeps; shared, by transaction: someone adds without a word (doorbell.ts). */
  bell: 8_123_002,
  /** 0 or any other number; by session: a dispatcher is connected. */
  dispatcher: 8_123_003,
  /** 0; exclusive: a lease call steps a floor (migrations/functions/floors/_step_floor.sql). */
  floor: 8_123_004,
  /** Queue id; shared, by session: a worker waits for the queue (migrations/functions/wakeup/begin_wait.sql). */
  waiting: 8_123_011,
  /** A dispatcher's number, shared, by session: it is connected, and its requests may be under way (migrations/functions/dispatch/_claim_token.sql). */
  claimer: 8_123_015,
} as const;

/** The only one of a single key: a running migration holds it in its database. */
export const MIGRATION_LOCK = 8_123_000;
