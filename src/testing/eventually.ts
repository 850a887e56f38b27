// Waits until a check succeeds, without a fixed sleep.

export interface EventuallyOptions {
  /** Timeout in milliseconds. Default 5000. */
  timeoutMs?: number;
  /** Pause between two attempts, in milliseconds. Default 15. */
  everyMs?: number;
}

/**
 * Calls `check` until it neither throws, rejects nor returns false, and returns its result.
 *
 * @throws the error of the last attempt, or an error with the timeout if it returned false
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
