// Waits for what will be true, without a fixed sleep.

export interface EventuallyOptions {
  /** Give up after this many milliseconds. Default 5000. */
  timeoutMs?: number;
  /** Between two tries, in milliseconds. Default 15. */
  everyMs?: number;
}

/**
 * Calls `check` until it neither throws, rejects nor returns false, and returns what it returned.
 *
 * @throws what the last try threw, or an error that says how long was waited
 * @example
 * await eventually(() => expect(target.requests).toHaveLength(3))
 */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMs = 5_000, everyMs = 15 } = options;
  const until = performance.now() + timeoutMs;
  for (;;) {
    const last = await attempt(check);
    if (last.ok) return last.value;
    if (performance.now() > until) throw last.error ?? new Error(`still false after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function attempt<T>(
  check: () => T | Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; error?: unknown }> {
  try {
    const value = await check();
    return value === false ? { ok: false } : { ok: true, value };
  } catch (error) {
    return { ok: false, error };
  }
}
