// Why a request is not taken for a task.

/**
 * - `missing`: headers of a signed task request are not there or make no sense
 * - `expired`: it was sent longer ago, or further ahead, than is tolerated
 * - `mismatch`: no secret makes its signatures: something was changed, or a stranger sent it
 * - `oversized`: no task has so large a body
 */
export type VerificationProblem = 'missing' | 'expired' | 'mismatch' | 'oversized';

/** The request is no genuine task. Answer it with 403 and nothing else: what it says is not to be trusted. */
export class TaskVerificationError extends Error {
  override readonly name = 'TaskVerificationError';
  readonly code: VerificationProblem;

  constructor(code: VerificationProblem, message: string) {
    super(message);
    this.code = code;
  }
}
