// Durations as people read them, in the spelling of flags: `30m`, `1h30m`, `250ms`.

/**
 * A duration in the spelling that `parseDuration` reads, exact to the millisecond.
 *
 * @param units how many units to show, the largest first; the last one is rounded
 * @example formatDuration(5400)   // '1h30m'
 */
export function formatDuration(seconds: number, units = Infinity): string {
  const exact = Math.round(seconds * 1000);
  if (exact < 1000) return exact === 0 ? '0s' : `${exact}ms`;
  const largest = UNITS.findIndex(([, ms]) => exact >= ms);
  const [, step] = UNITS[largest + units - 1] ?? ['', 1];
  let rest = Math.round(exact / step) * step;
  const parts = UNITS.map(([unit, ms]) => {
    const count = unit === 's' ? rest / ms : Math.floor(rest / ms);
    rest -= count * ms;
    return count > 0 ? `${count}${unit}` : '';
  });
  return parts.join('');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/**
 * A moment relative to now, in the two largest units: `in 1m10s`, `5s ago`, `in 2d3h`, `now`.
 *
 * @param now milliseconds since the epoch
 */
export function relative(at: Date, now: number = Date.now()): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  if (seconds === 0) return 'now';
  const span = formatDuration(Math.abs(seconds), 2);
  return seconds > 0 ? `in ${span}` : `${span} ago`;
}

/**
 * A moment on this machine's clock, with its offset from UTC.
 *
 * @example formatTime(new Date(0))   // '1970-01-01 01:00:00+01:00' in Berlin
 */
export function formatTime(at: Date): string {
  const offset = -at.getTimezoneOffset();
  const two = (part: number) => String(part).padStart(2, '0');
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)}${zone}`;
}

/** A rate in the spelling of queue settings, tasks per second: `5/s`, `0.25/s`. */
export function formatRate(perSecond: number): string {
  return `${Number(perSecond.toPrecision(3))}/s`;
}
