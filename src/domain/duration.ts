// Durations as people write them: `30m`, `1h30m`, `250ms`.

import { kindOf } from './text.ts';

const SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of a text such as `90`, `90s`, `30m`, `1h30m` or `1.5d`; undefined when it is not a duration.
 *
 * @example parseDuration('1h30m')   // 5400
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const part = /(\d+(?:\.\d+)?)(ms|[smhd])/g;
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return undefined;
  return [...text.matchAll(part)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (SECONDS[unit as string] ?? 0),
    0,
  );
}

const LETTERS: Record<string, string> = { millisecond: 'ms', second: 's', minute: 'm', hour: 'h', day: 'd' };

/**
 * Seconds of a number, or of text such as `90s`, `1h30m`, `1 day` or `2 hours 30 minutes`.
 *
 * @param what names the value in messages
 * @throws TypeError or RangeError for anything else, negative numbers included
 */
export function requireDuration(duration: unknown, what: string): number {
  const expected = `${what} must be a number of seconds, or text such as '90s', '1h30m' or '1 day'`;
  if (typeof duration === 'number') {
    if (duration >= 0 && duration < Infinity) return duration;
    throw new RangeError(`${expected}, got ${duration}`);
  }
  if (typeof duration !== 'string') throw new TypeError(`${expected}, got ${kindOf(duration)}`);
  const letters = duration.replaceAll(/ ?(millisecond|second|minute|hour|day)s?\b/g, (_, word) => LETTERS[word] ?? '');
  const seconds = parseDuration(letters.replaceAll(/(?<=[a-z]) (?=\d)/g, ''));
  if (seconds !== undefined) return seconds;
  throw new RangeError(`${expected}, got ${JSON.stringify(duration.slice(0, 80))}`);
}
