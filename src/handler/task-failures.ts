// What a handler throws to say how it failed.

/** The task can't ever be done: answered with 200, so that it is not tried again, and logged. */
export class PermanentTaskFailure extends Error {
  override readonly name: string = 'PermanentTaskFailure';
}

/** The task could not be done this time, which is nothing to worry about: answered with 408, so that it is tried again, and not logged. */
export class SingularTaskFailure extends Error {
  override readonly name: string = 'SingularTaskFailure';
}

/** The status that says to the dispatcher what the handler threw; undefined: any other error, which is 500 and retried. */
export function statusOfFailure(error: unknown): 200 | 408 | undefined {
  if (error instanceof PermanentTaskFailure) return 200;
  return error instanceof SingularTaskFailure ? 408 : undefined;
}
