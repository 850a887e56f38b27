// The process's own sense of time. It paces work (sleeps, token buckets, deadlines); what decides is the database's clock.

export interface Clock {
  /** Milliseconds since 1970, with fractions. Never goes back. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` after `ms` milliseconds unless the returned function is called first. */
  alarm(ms: number, ring: () => void): () => void;
}

/** The longest timer that Node keeps; a longer one would ring at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** Real time. Monotonic, so that setting the machine's clock neither empties nor fills a bucket. */
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
  alarm(ms, ring) {
    const timer = setTimeout(ring, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
