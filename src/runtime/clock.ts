// The process's own clock. It paces work (sleeps, token buckets, deadlines); the database's clock decides.

export interface Clock {
  /** Milliseconds since 1970, with fractions. Never goes back. */
  now(): number;
  /** Resolves after `ms` milliseconds, or immediately when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls `fire` after `ms` milliseconds, unless the returned function is called first. Only an alarm in the background
   * lets the process end before it fires.
   */
  alarm(ms: number, fire: () => void, options?: { background?: boolean }): () => void;
}

/** The longest timer that Node supports; a longer one would fire immediately. */
const MAX_TIMER_MS = 2_147_483_647;

/** Real time. It is monotonic, so setting the machine's clock neither empties nor fills a bucket. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        cancel();
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = systemClock.alarm(ms, wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  },
  alarm(ms, fire, { background = false } = {}) {
    const timer = setTimeout(fire, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};
