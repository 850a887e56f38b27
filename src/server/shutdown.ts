// Orderly shutdown after a signal.

/**
 * Time to report what was cut off and to close, after the stop's own seconds. After that the process exits, done or
 * not.
 */
const LAST_SECONDS = 4.5;
/** Only a connection that does not answer can keep the process alive after that. */
const LINGER_MS = 500;

// npm forwards Ctrl-C to a program that has already received it from the terminal: two signals within this time are one
// key press.
const SAME_KEY_PRESS_MS = 500;

/**
 * Waits for SIGINT or SIGTERM, then stops. A second signal ends the process immediately, and so does a stop that takes
 * 4.5 s longer than `stopSeconds`. Nothing is lost then, because leases expire.
 *
 * @param stop releases everything; called once
 * @param stopSeconds how long `stop` waits for running work
 * @param announce called once, when the first signal arrives
 * @returns once stopped
 */
export async function stopOnSignal(
  stop: () => Promise<void>,
  stopSeconds: number,
  announce: () => void = () => {},
): Promise<void> {
  const firstSignal = Promise.withResolvers<number>();
  let stoppingSince: number | undefined;
  const onSignal = () => {
    if (stoppingSince === undefined) {
      stoppingSince = Date.now();
      firstSignal.resolve(stoppingSince);
    } else if (Date.now() - stoppingSince > SAME_KEY_PRESS_MS) process.exit(130);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  await firstSignal.promise;
  announce();
  const giveUp = setTimeout(() => process.exit(1), (stopSeconds + LAST_SECONDS) * 1000);
  try {
    await stop();
  } finally {
    clearTimeout(giveUp);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

/** Turns SIGINT and SIGTERM into an abort signal, instead of ending the process, until `forget` is called. */
export function watchForInterruption(): { signal: AbortSignal; forget: () => void } {
  const interruption = new AbortController();
  const onSignal = () => interruption.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: interruption.signal,
    forget: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
