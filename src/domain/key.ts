// Signing keys, as operators register them: by reference.

/** One target's key. */
export interface Key {
  /** Name of the target, or a pattern as targets have them. */
  target: string;
  /** Where the secret is: `env:NAME` or `file:/path`. */
  reference: string;
  created: Date;
  /** Until when it signs beside the newer one; null: it is the current one. */
  expires: Date | null;
}
