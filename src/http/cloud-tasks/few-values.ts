// Bounds the number of values in a body. Sixteen megabytes can hold millions of empty ones, and to read those would
// block the process for ten seconds.

/** A hundred tasks with a thousand headers each. */
const MOST = 100_000;

/** Whether a JSON text has few enough values. Commas and brackets inside of strings count too. */
export function hasFewValues(text: string): boolean {
  return ['[', '{', ','].every((character) => isRare(character, text));
}

// Much faster than to read each character.
function isRare(character: string, text: string): boolean {
  let seen = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
    seen += 1;
    if (seen > MOST) return false;
  }
  return true;
}
