// Durations as people type them.

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/** Reads `90`, `90 s`, `2 m`, `1h30m` or `2 d` as seconds; undefined: it is none. */
export function typedDuration(text: string): number | undefined {
  const given = text.trim().toLowerCase();
  if (/^\d{1,9}(\.\d{1,6})?$/.test(given)) return Number(given);
  if (!/^(\d{1,9}(\.\d{1,6})?\s*(ms|s|min|m|h|d)\s*)+$/.test(given)) return undefined;
  const parts = [...given.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0), 0);
}
