// The payload of tasks: 200 bytes for every contender.

/** Size of a task's body in bytes. */
export const PAYLOAD_BYTES = 200;

/** The body as text. */
export const PAYLOAD = 'pgtaskqueue '.repeat(20).slice(0, PAYLOAD_BYTES);

/** The body for contenders that take JSON: an object of 200 bytes. */
export const JSON_PAYLOAD = { d: PAYLOAD.slice(0, PAYLOAD_BYTES - '{"d":""}'.length) };

/** Number of tasks in a batch. */
export const BATCH = 100;

/** A batch of anything. */
export function batchOf<T>(one: T, size = BATCH): T[] {
  return Array.from({ length: size }, () => one);
}

/** A PL/pgSQL constant. The payloads contain nothing that would end it. */
export const literal = (text: string) => `$text$${text}$text$`;
