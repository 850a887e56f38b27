// Text that is safe to print: nothing a task carries may steer the terminal it is shown on.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text without control and direction characters; with `lines`, line ends and tabs stay. */
export function printable(text: string, { lines = false } = {}): string {
  return text.replace(CONTROLS, (character) => (lines && (character === '\n' || character === '\t') ? character : ''));
}

/** A JSON document, in which the characters that steer a terminal are written as escapes. */
export function toJson(value: unknown): string {
  const escaped = (character: string) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(CONTROLS, escaped);
}

// Their keys are the user's own words.
const USER_KEYED = new Set(['headers', 'params', 'payload_json']);

/** The value with its keys in snake case, as SQL and the documents of this command spell them. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [name, USER_KEYED.has(name) ? inner : snakeCase(inner)];
    }),
  );
}
