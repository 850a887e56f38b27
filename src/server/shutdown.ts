// From a signal to a program that has let go of everything.

/** After the seconds that a stop waits for what runs: to say what was cut off, and to close. Then the process ends with what is left undone. */
const LAST_SECONDS = 4.5;
/** What still keeps the process alive after that is a connection that does not answer. */
const LINGER_MS = 500;

// npm passes Ctrl-C on to a program that the terminal has told already: two signals within this time are one key press.
const SAME_KEY_PRESS_MS = 500;

/**
 * Waits for SIGINT or SIGTERM, then stops. A second signal ends the process at once, and so does a stop that takes 4.5 s longer than
 * `stopSeconds`: leases end by themselves, so nothing is lost.
 *
 * @param stop lets go of everything; called once
 * @param stopSeconds how long `stop` waits for what runs
 * @param announce told once, when the first signal arrives
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
  const impatience = setTimeout(() => process.exit(1), (stopSeconds + LAST_SECONDS) * 1000);
  try {
    await stop();
  } finally {
    clearTimeout(impatience);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

/** Notices SIGINT and SIGTERM, instead of ending the process, until it is told to forget about them. */
export function watchForInterruption(): { signal: AbortSignal; forget: () => void } {
  const interruption = new AbortController();
  const onSignal = () => interruption.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: interruption.signal,
    forget: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
