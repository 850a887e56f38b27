// What the tasks carry: 200 bytes, for every contender.

/** Bytes of a task's body. */
export const PAYLOAD_BYTES = 200;

/** The body as text. */
export const PAYLOAD = 'pgtaskqueue '.repeat(20).slice(0, PAYLOAD_BYTES);

/** The body of those that take JSON: an object of 200 bytes. */
export const JSON_PAYLOAD = { d: PAYLOAD.slice(0, PAYLOAD_BYTES - '{"d":""}'.length) };

/** How many tasks a batch has. */
export const BATCH = 100;

/** A batch of anything. */
export function batchOf<T>(one: T, size = BATCH): T[] {
  return Array.from({ length: size }, () => one);
}

/** A constant of PL/pgSQL. The payloads hold nothing that would end it. */
export const literal = (text: string) => `$text$${text}$text$`;
