/** Something that is wrong with the stored data. */
export interface Problem {
  /** What should hold, in words. */
  invariant: string;
  /** Null: no live queue's. */
  queue: string | null;
  /** What is wrong. */
  detail: string;
}
