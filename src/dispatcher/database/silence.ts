// How long a dispatcher and its database may not hear of each other, and what follows.
//
//   0 s ── last answered statement was sent
//   9 s ── the server ends the claiming session; what this process has claimed and not sent, it does not send any more
//  12 s ── another dispatcher leads the queues (it looks every two seconds)
//  20 s ── requests under way are cut off
//  30 s ── after the others have missed it for so long, its requests don't count any more
//
// A dispatcher can be silent and not know it: stopped, starved, behind a network that drops its packets, or held up by a handler in its own process. So
// each side keeps its own time, and the process, which can't be trusted to wake in time, always has the shorter one.

/** The claiming session is over when it was silent for so long, in milliseconds. Queues change hands within 12 s of a dispatcher's last word. */
export const MOST_SILENCE_MS = 9_000;
/** A dispatcher without an answer for so long cuts its requests off, for others may soon begin some in their place. */
export const CUT_OFF_MS = 20_000;
/** The requests of a dispatcher that has been away for so long don't count among those of a queue. */
export const GONE_MS = 30_000;

/**
 * Settings of the claiming session. PostgreSQL ends it when it is idle for too long. That clock does not run while an answer is on its way: there, and where
 * packets vanish, it is TCP that gives up. Over a Unix socket an answer must fit into the socket (MOST_CLAIM_BYTES).
 */
export const CLAIMING_SETTINGS = {
  idle_session_timeout: String(MOST_SILENCE_MS),
  idle_in_transaction_session_timeout: String(MOST_SILENCE_MS),
  tcp_keepalives_idle: '3',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
  tcp_user_timeout: String(MOST_SILENCE_MS),
};

/** Why an attempt was cut off. */
export class DatabaseSilent extends Error {
  constructor() {
    super(`the database did not answer the dispatcher for ${CUT_OFF_MS / 1000} s`);
    this.name = 'DatabaseSilent';
  }
}
