// Finds the server's error in the errors of ORMs, which keep it in different places.

/** An error from the server. */
export interface ServerError {
  /** Its SQLSTATE. */
  code: string;
  message: string;
  detail?: string | undefined;
  hint?: string | undefined;
}

/** Where wrappers keep what they wrap: most of them, TypeORM, Sequelize, Objection, Prisma. */
const PLACES = ['cause', 'driverError', 'original', 'nativeError', 'meta', 'driverAdapterError'];

/** Wrappers wrap a few times at most; more is a cycle. */
const DEEPEST = 8;

/** The error itself and all that it wraps, the outermost first. */
export function* wrappedIn(error: unknown, depth = 0): Generator<object> {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return;
  yield error;
  const inner = new Set(PLACES.map((place) => (error as Record<string, unknown>)[place]));
  for (const one of inner) if (one !== error) yield* wrappedIn(one, depth + 1);
}

/** Returns the server's error, wrapped or not; undefined if the error does not come from the server. */
export function serverErrorIn(error: unknown): ServerError | undefined {
  for (const one of wrappedIn(error)) {
    const found = readServerError(one as Record<string, unknown>);
    if (found !== undefined) return found;
  }
  return undefined;
}

// A system error code such as EPIPE has five letters too, but no severity. Prisma keeps the SQLSTATE of errors that it
// has an own word for as originalCode.
function readServerError(error: Record<string, unknown>): ServerError | undefined {
  const { code, severity, message, detail, hint, originalCode, originalMessage } = error;
  if (typeof severity === 'string' && typeof code === 'string')
    return { code, message: String(message), detail: textOf(detail), hint: textOf(hint) };
  if (typeof originalCode === 'string')
    return { code: originalCode, message: String(originalMessage), detail: textOf(detail), hint: textOf(hint) };
  return undefined;
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
