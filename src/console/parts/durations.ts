// Durations as people type and read them.

import { shownDuration } from './figures.ts';

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/** Reads `90`, `90 s`, `2 m`, `1h30m` or `2 d` as seconds; undefined: it is none. */
export function typedDuration(text: string): number | undefined {
  const given = text.trim().toLowerCase();
  if (/^\d{1,9}(\.\d{1,6})?$/.test(given)) return Number(given);
  if (!/^(\d{1,9}(\.\d{1,6})?\s*(ms|s|min|m|h|d)\s*)+$/.test(given)) return undefined;
  const parts = [...given.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0), 0);
}

/** As `shownDuration`, without parts that are zero: `10 m` and not `10 m 00 s`. For settings, which don't count on. */
export function settingDuration(seconds: number): string {
  return shownDuration(seconds).replace(/\u00a00+\u00a0[a-z]+$/, '');
}
