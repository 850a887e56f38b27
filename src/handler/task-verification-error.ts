// The error for requests that are not genuine tasks.

/**
 * - `missing`: headers of a signed task request are missing or malformed
 * - `expired`: it was sent longer ago, or further in the future, than is tolerated
 * - `mismatch`: its signatures match none of the secrets: it was changed, or not sent by a dispatcher
 * - `oversized`: its body is larger than that of any task
 */
export type VerificationProblem = 'missing' | 'expired' | 'mismatch' | 'oversized';

/** The request is not a genuine task. Respond with 403 and nothing else: its content must not be trusted. */
export class TaskVerificationError extends Error {
  override readonly name = 'TaskVerificationError';
  readonly code: VerificationProblem;

  constructor(code: VerificationProblem, message: string) {
    super(message);
    this.code = code;
  }
}
