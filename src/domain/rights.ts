// What the bearer of a token may do over HTTP: rights, each on the queues that its patterns name.

/** None is part of another: a token has what it was given. */
export const RIGHTS = ['enqueue', 'lease', 'read', 'payload', 'operate', 'admin'] as const;

/**
 * enqueue: add tasks. lease: lease tasks, renew and end leases, delete what was worked on. read: look, without payloads. payload: read tasks with their
 * payloads. operate: pause, resume, purge, run, delete, requeue. admin: make, change and delete queues, targets, keys and tokens.
 */
export type Right = (typeof RIGHTS)[number];

export interface Grant {
  rights: readonly string[];
  /** Names of queues; `*` stands for any text. */
  queues: readonly string[];
}

/** For whoever owns the server. */
export const EVERYTHING: Grant = { rights: RIGHTS, queues: ['*'] };

/**
 * Whether a grant has a right on a queue.
 *
 * @param queue undefined: on what is no queue's, which takes the pattern `*`
 * @example covers({ rights: ['read'], queues: ['mail-*'] }, 'read', 'mail-eu')   // true
 */
export function covers({ rights, queues }: Grant, right: Right, queue: string | undefined): boolean {
  if (!rights.includes(right)) return false;
  return queues.some((pattern) => pattern === '*' || (queue !== undefined && matches(pattern, queue)));
}

// Piece by piece and not by a regular expression: that one of many stars can take for ever.
function matches(pattern: string, name: string): boolean {
  const [start = '', ...pieces] = pattern.split('*');
  const end = pieces.pop();
  if (end === undefined) return pattern === name;
  if (!name.startsWith(start)) return false;
  let at = start.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}
