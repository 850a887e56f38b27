// The check for misspelt properties, which suggests the name that was probably meant. Ignoring a `contdown` would run
// the task too early.

/**
 * Checks that an object has only known properties.
 *
 * @param what the object's description, for the message
 * @param instead what to write instead, by property names that other libraries use
 * @throws TypeError that says which property was probably meant
 */
export function requireKnownKeys(
  given: object,
  known: readonly string[],
  what: string,
  instead: Readonly<Record<string, string>> = {},
): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const unknown = `unknown property ${JSON.stringify(key)} in ${what}`;
    if (Object.hasOwn(instead, key)) throw new TypeError(`${unknown}: ${instead[key]}`);
    const meant = similar(key, known);
    const guess = meant === undefined ? '. ' : `; did you mean ${meant}? `;
    throw new TypeError(`${unknown}${guess}Known properties: ${known.join(', ')}`);
  }
}

/** The keys of a table that must have one for every property: a forgotten one does not compile. */
export function keysOf<Key extends string>(table: Record<Key, unknown>): Key[] {
  return Object.keys(table) as Key[];
}

/** The known name that was probably meant by a misspelt one; undefined when none is like it. */
export function similar(key: string, known: readonly string[]): string | undefined {
  const found = closest(key, known);
  return found && found.distance <= Math.max(1, Math.ceil(key.length / 3)) ? found.name : undefined;
}

function closest(key: string, known: readonly string[]): { name: string; distance: number } | undefined {
  const begun = known.find((name) => key.length > 2 && name.toLowerCase().startsWith(key.toLowerCase()));
  if (begun) return { name: begun, distance: 0 };
  const ranked = known.map((name) => ({ name, distance: distanceToBeginning(key.toLowerCase(), name.toLowerCase()) }));
  return ranked.sort((a, b) => a.distance - b.distance)[0];
}

/** The distance to a name or, for a key that is misspelt and cut short, to the beginning of one. */
function distanceToBeginning(key: string, name: string): number {
  return Math.min(distance(key, name), distance(key, name.slice(0, key.length)) + 1);
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
