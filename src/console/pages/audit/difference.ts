// What an act has changed, key by key.

/** Undefined: there was no such key. */
export interface Change {
  key: string;
  before: string | undefined;
  after: string | undefined;
}

/** The keys that differ, in the order of the state after; what is not an object counts as one value. */
export function differenceOf(before: unknown, after: unknown): Change[] {
  if (!isRecord(before) && !isRecord(after)) {
    const [was, is] = [shown(before), shown(after)];
    return was === is ? [] : [{ key: '', before: was, after: is }];
  }
  const [from, to] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  return [...new Set([...Object.keys(to), ...Object.keys(from)])]
    .map((key) => ({ key, before: shown(from[key]), after: shown(to[key]) }))
    .filter((change) => change.before !== change.after);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
