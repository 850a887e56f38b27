// Limits how much work notifications can cause. They are hints, and everyone who may connect to the database can send them: those that lead to work are
// heard at once; after some in a row that led to none, the next are heard a little later, so that no flood of them keeps a process busy.

/** This many in a row may lead to nothing: the enqueuer rolled back, or another process was faster. */
const MAX_VAIN = 16;
const MAX_DELAY_MS = 100;

/** How long to wait before a notification is heard, in milliseconds, when this many in a row, itself included, have led to nothing. */
export function notificationDelayMs(vain: number): number {
  return vain <= MAX_VAIN ? 0 : Math.min(2 ** (vain - MAX_VAIN), MAX_DELAY_MS);
}
