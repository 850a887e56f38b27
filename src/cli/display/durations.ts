// Spans of time as people write and read them: `30m`, `1h30m`, `0:01:10`.

const SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of a text such as `90`, `90s`, `30m`, `1h30m` or `1.5d`; undefined when it is none.
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

/**
 * When something is, seen from now: `in 0:01:10`, `0:00:05 ago`, `in 2 d 3:00:00`.
 *
 * @param now milliseconds since the epoch
 */
export function relative(at: Date, now: number = Date.now()): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  const span = clock(Math.abs(seconds));
  return seconds > 0 ? `in ${span}` : `${span} ago`;
}

/** A span: `0:01:10`, `2 d 3:00:00`. */
export function clock(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const two = (part: number) => String(part).padStart(2, '0');
  const time = `${Math.floor((seconds % 86_400) / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return days > 0 ? `${days} d ${time}` : time;
}
