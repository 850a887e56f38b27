// Errors that a handler throws to state how its task failed.

/** The task can never succeed: it is answered with 200, so that it is not retried, and logged. */
export class PermanentTaskFailure extends Error {
  override readonly name: string = 'PermanentTaskFailure';
}

/**
 * The task could not be done this time, which is expected: it is answered with 408, so that it is retried, and not
 * logged.
 */
export class SingularTaskFailure extends Error {
  override readonly name: string = 'SingularTaskFailure';
}

/**
 * The status that a handler's error is answered with; undefined for any other error, which is answered with 500 and
 * retried.
 */
export function statusOfFailure(error: unknown): 200 | 408 | undefined {
  if (error instanceof PermanentTaskFailure) return 200;
  return error instanceof SingularTaskFailure ? 408 : undefined;
}
