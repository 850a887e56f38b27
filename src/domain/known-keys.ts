// The check for misspelt properties, which suggests the name that was probably meant. Ignoring a `contdown` would run
// the task too early.

/**
 * Checks that an object has only known properties.
 *
 * @param what the object's description, for the message
 * @throws TypeError that names the closest known property
 */
export function requireKnownKeys(given: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new TypeError(
      `${what} has no property ${JSON.stringify(key)}; did you mean ${nearest(key, known)}? Known properties: ${known.join(', ')}`,
    );
  }
}

/** The known name that is closest to a key. */
export function nearest(key: string, known: readonly string[]): string {
  const begun = known.find((name) => key.length > 2 && name.toLowerCase().startsWith(key.toLowerCase()));
  if (begun) return begun;
  const ranked = known.map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }));
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name ?? '';
}

/** The Levenshtein distance, computed row by row. Long keys are cut: no known name is that long. */
function distance(given: string, name: string): number {
  const a = given.slice(0, 64);
  let row = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= name.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === name[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[name.length] ?? 0;
}
