// Figures as people read them: a no-break space before a unit, at most three digits that matter.

const SPACE = '\u00a0';

/** A whole number with thousands separators: `18,412`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A number for little room: `950`, `18.4k`, `2.1M`. */
export function shortCount(value: number): string {
  if (value < 1_000) return String(Math.round(value));
  const [divided, unit] = value < 999_950 ? [value / 1_000, 'k'] : [value / 1_000_000, 'M'];
  return `${divided.toFixed(divided < 99.95 ? 1 : 0)}${unit}`;
}

/** A rate or an amount of tokens: one decimal below 10, none above. */
export function decimal(value: number): string {
  return value < 9.95 ? String(Number(value.toFixed(1))) : count(value);
}

/** Seconds as a person says them: `84 ms`, `2.1 s`, `4 m 05 s`, `1 h 28 m`, `17 d 4 h`. */
export function shownDuration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1_000)}${SPACE}ms`;
  if (seconds < 59.95) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)}${SPACE}s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return pair(whole, 60, 'm', 's');
  return whole < 86_400 ? pair(Math.round(whole / 60), 60, 'h', 'm') : pair(Math.round(whole / 3_600), 24, 'd', 'h');
}

function pair(amount: number, size: number, large: string, small: string): string {
  const rest = String(amount % size);
  const padded = size === 60 && large === 'm' ? rest.padStart(2, '0') : rest;
  return [Math.floor(amount / size), large, padded, small].join(SPACE);
}

/** Bytes: `116 B`, `63.2 kB`, `4.1 MB`. */
export function byteCount(value: number): string {
  if (value < 1_000) return `${Math.round(value)}${SPACE}B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(value) / 3), units.length);
  return `${(value / 1_000 ** power).toFixed(1)}${SPACE}${units[power - 1]}`;
}
