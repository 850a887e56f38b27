// The error for a server that cannot write.

/** The connection works, but its server cannot write. Another server may take its place soon. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
}

/** SQLSTATE of a write in a read-only transaction. */
export const READ_ONLY = '25006';

/** Whether an error says that the server cannot write. */
export function isUnableToWrite(error: unknown): boolean {
  return error instanceof CannotWrite || (error as { code?: unknown } | undefined)?.code === READ_ONLY;
}
