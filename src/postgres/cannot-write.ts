// Errors of servers that can't write.

/** The connection is sound but of no use: its server can't write. Another server may be in its place a moment later. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
}

/** SQLSTATE of a write that was refused because the transaction is read-only. */
export const READ_ONLY = '25006';

/** True: the server has refused to write, or was found unable to. */
export function isUnableToWrite(error: unknown): boolean {
  return error instanceof CannotWrite || (error as { code?: unknown } | undefined)?.code === READ_ONLY;
}
