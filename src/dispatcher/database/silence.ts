// The limits on how long a dispatcher and its database may be out of contact, and the consequences:
//
//   0 s ── the last answered statement was sent
//   9 s ── the server ends the claiming session; this process sends nothing more that it has claimed
//  12 s ── another dispatcher leads the queues (it checks every two seconds)
//  20 s ── requests under way are cut off
//  30 s ── its requests no longer count, once others have missed it this long
//
// A dispatcher can be silent without knowing it: suspended, starved of CPU, behind a network that drops its packets, or
// held up by a handler in its own process. So each side measures the time itself, and the process, which may wake up
// late, always has the shorter limit.

/**
 * The claiming session ends after this many milliseconds of silence. Queues change hands within 12 s of a dispatcher's
 * last statement.
 */
export const MOST_SILENCE_MS = 9_000;
/**
 * A dispatcher without an answer for this long cuts off its requests, because others may soon start requests in their
 * place.
 */
export const CUT_OFF_MS = 20_000;
/** The requests of a dispatcher that has been gone for this long no longer count towards a queue's limit. */
export const GONE_MS = 30_000;

/**
 * Settings of the claiming session. PostgreSQL ends it when it is idle for too long. That timer does not run while a
 * result is being sent: there, and where packets vanish, TCP gives up. Over a Unix socket the result must fit into the
 * socket's buffer (MOST_CLAIM_BYTES).
 */
export const CLAIMING_SETTINGS = {
  idle_session_timeout: String(MOST_SILENCE_MS),
  idle_in_transaction_session_timeout: String(MOST_SILENCE_MS),
  tcp_keepalives_idle: '3',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
  tcp_user_timeout: String(MOST_SILENCE_MS),
};

/** The reason of an attempt that was cut off. */
export class DatabaseSilent extends Error {
  constructor() {
    super(`the database did not answer the dispatcher for ${CUT_OFF_MS / 1000} s`);
    this.name = 'DatabaseSilent';
  }
}
