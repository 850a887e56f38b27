// An error as text for operators: what a failed attempt leaves behind. Pure.

/** Most bytes of an error's text, in UTF-8. */
export const MAX_ERROR_BYTES = 1024;
const MOST_CAUSES = 4;

/**
 * `Name: message`, then its causes, as in `Error: could not send, caused by SmtpError: 550 no such user`. At most 1 KB
 * of UTF-8, and never cut within a character.
 *
 * @param stack the stack instead, if the error has one
 */
export function errorText(error: unknown, { stack = false } = {}): string {
  try {
    return cutToBytes(stack ? stackOf(error) : withCauses(error), MAX_ERROR_BYTES);
  } catch {
    return 'Error'; // it throws as soon as it is read
  }
}

/** The beginning of a text, with at most this many bytes of UTF-8. */
export function cutToBytes(text: string, bytes: number): string {
  const start = text.slice(0, bytes).toWellFormed();
  return start.slice(0, new TextEncoder().encodeInto(start, new Uint8Array(bytes)).read);
}

function stackOf(error: unknown): string {
  const { stack } = Object(error);
  return typeof stack === 'string' && stack !== '' ? stack : withCauses(error);
}

function withCauses(error: unknown): string {
  const texts: string[] = [];
  for (const each of chain(error)) {
    const text = inOneSentence(each);
    if (!texts.at(-1)?.includes(text)) texts.push(text); // many messages repeat their cause
  }
  return texts.join(', caused by ');
}

/** The error and its causes, of which there may be a circle. */
function chain(error: unknown): unknown[] {
  const errors = [error];
  while (errors.length <= MOST_CAUSES && causeOf(errors.at(-1)) !== undefined) errors.push(causeOf(errors.at(-1)));
  return errors;
}

/** That several attempts failed has no message of its own: the first of them stands for all. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
}

function inOneSentence(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : `${JSON.stringify(error) ?? String(error)}`;
  const message = String(error.message || ((error as NodeJS.ErrnoException).code ?? ''));
  return message === '' ? String(error.name) : `${error.name}: ${message}`;
}
