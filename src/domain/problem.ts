/** An invariant that the stored data violate. */
export interface Problem {
  /** The invariant, in words. */
  invariant: string;
  /** Null: the problem belongs to no live queue. */
  queue: string | null;
  /** How it is violated. */
  detail: string;
}
