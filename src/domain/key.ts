// Signing keys, as operators register them by reference.

/** A signing key of one target. */
export interface Key {
  /** The target's name, or a pattern as for targets. */
  target: string;
  /** Where to read the secret: `env:NAME` or `file:/path`. */
  reference: string;
  created: Date;
  /** Until when it signs beside the newer key; null: it is the current key. */
  expires: Date | null;
}
