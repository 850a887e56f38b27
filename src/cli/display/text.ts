// Text that is safe to print: nothing that a task carries may control the terminal.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text without control characters and direction marks; `lines` keeps line breaks and tabs. */
export function printable(text: string, { lines = false } = {}): string {
  return text.replace(CONTROLS, (character) => (lines && (character === '\n' || character === '\t') ? character : ''));
}

/** A JSON document in which characters that control a terminal are escaped. */
export function toJson(value: unknown): string {
  const escaped = (character: string) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(CONTROLS, escaped);
}

// Their keys are chosen by users.
const USER_KEYED = new Set(['headers', 'params', 'payload_json']);

/** The value with its keys in snake case, as in SQL and in the JSON this command prints. */
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
