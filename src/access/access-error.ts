// A caller that is not let in; each protocol has its own status for it.

/** unauthenticated: who it is. misdirected: by which name it came. denied: what it may do. */
export type AccessProblem = 'unauthenticated' | 'misdirected' | 'denied';

export class AccessError extends Error {
  readonly problem: AccessProblem;

  constructor(problem: AccessProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
