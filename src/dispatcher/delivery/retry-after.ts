// Reads a Retry-After header, whatever a handler puts into it. Pure.

/** The furthest ETA that a task may have. */
const MOST_SECONDS = 30 * 86_400;

/**
 * Seconds from now, 0 … 2 592 000; undefined if the header cannot be understood. Of several values the longest counts.
 *
 * @param values as sent: seconds, or an HTTP date
 * @param now milliseconds since 1970
 * @example retryAfterSeconds('120', Date.now())   // 120
 */
export function retryAfterSeconds(values: string | readonly string[] | undefined, now: number): number | undefined {
  const seconds = [values ?? []].flat().flatMap((value) => secondsOf(value, now));
  return seconds.length > 0 ? Math.min(Math.max(0, ...seconds), MOST_SECONDS) : undefined;
}

function secondsOf(value: string, now: number): number[] {
  if (/^[-+0-9\s,]+$/.test(value)) {
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => /^-?\d+$/.test(part))
      .map(Number);
  }
  if (!/^[A-Za-z]{3,9},? /.test(value)) return [];
  const at = Date.parse(value.trim());
  return Number.isNaN(at) ? [] : [Math.ceil((at - now) / 1000)];
}
