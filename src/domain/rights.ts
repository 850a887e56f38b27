// The rights that a token grants over HTTP, each on the queues that match its patterns.

/** No right includes another: a token has exactly the rights it was given. */
export const RIGHTS = ['enqueue', 'lease', 'read', 'payload', 'operate', 'admin'] as const;

/**
 * enqueue: add tasks. lease: lease tasks, renew and end leases, delete finished tasks. read: read everything but
 * payloads. payload: read tasks with their payloads. operate: pause, resume, purge, run, delete, requeue. admin:
 * create, change and delete queues, targets, keys and tokens.
 */
export type Right = (typeof RIGHTS)[number];

export interface Grant {
  rights: readonly string[];
  /** Names of queues; `*` stands for any text. */
  queues: readonly string[];
}

/** All rights on all queues, for the server's owner. */
export const EVERYTHING: Grant = { rights: RIGHTS, queues: ['*'] };

/**
 * Whether a grant has a right on a queue.
 *
 * @param queue undefined: a request that concerns no queue, which requires the pattern `*`
 * @example covers({ rights: ['read'], queues: ['mail-*'] }, 'read', 'mail-eu')   // true
 */
export function covers({ rights, queues }: Grant, right: Right, queue: string | undefined): boolean {
  if (!rights.includes(right)) return false;
  return queues.some((pattern) => pattern === '*' || (queue !== undefined && matches(pattern, queue)));
}

// Matches piece by piece: a regular expression with many stars could run practically for ever.
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
