// Limits how much work notifications can cause. They are only hints, and anyone who may connect to the database can
// send them. Those that lead to work are acted on immediately; after several in a row that led to none, the next are
// delayed a little, so that a flood of them cannot keep a process busy.

/** This many in a row may lead to nothing, because the enqueuer rolled back or another process was faster. */
const MAX_VAIN = 16;
const MAX_DELAY_MS = 100;

/**
 * Milliseconds to wait before acting on a notification, when this many in a row, including this one, have led to
 * nothing.
 */
export function notificationDelayMs(vain: number): number {
  return vain <= MAX_VAIN ? 0 : Math.min(2 ** (vain - MAX_VAIN), MAX_DELAY_MS);
}
