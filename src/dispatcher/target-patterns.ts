// Names that stand for many: `*` in the name of a target, or of a key, is any text.

/** What a target's name may hold, so that `{target}` in a pattern's URL can't smuggle anything into it. */
const TARGET_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** What the longest pattern that fits this name stands for, the first of equals; undefined: none fits. */
export function byPattern<Value>(
  entries: Iterable<readonly [pattern: string, Value]>,
  name: string,
): Value | undefined {
  if (!TARGET_NAME.test(name)) return undefined;
  const fitting = [...entries].filter(([pattern]) => matches(pattern, name));
  return fitting.sort(([a], [b]) => b.length - a.length)[0]?.[1];
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return false;
  const escaped = pattern.split('*').map((text) => text.replace(/[^A-Za-z0-9]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}
