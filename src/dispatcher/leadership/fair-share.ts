// Divides the queues of a database among its dispatchers without communication: each leads its share and no more.

export interface Share {
  /** Most queues this dispatcher may lead. */
  share: number;
  /** How many more it may take. */
  missing: number;
  /** How many it must resign for others. */
  surplus: number;
}

/**
 * @param queues how many queues there are
 * @param dispatchers how many dispatchers are connected, this one included
 * @param led how many queues this one leads
 */
export function fairShare(queues: number, dispatchers: number, led: number): Share {
  const share = Math.ceil(queues / Math.max(1, dispatchers));
  return { share, missing: Math.max(0, share - led), surplus: Math.max(0, led - share) };
}
