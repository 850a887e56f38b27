// Signing keys, as operators register them by reference.

/** In place of a target: the private keys that sign ID tokens. No target can have this name. */
export const ID_TOKENS = '@id-tokens';

/** A signing key of one target, or of ID tokens. */
export interface Key {
  /** The target's name, or a pattern as for targets; ID_TOKENS. */
  target: string;
  /** Where to read the secret: `env:NAME` or `file:/path`. */
  reference: string;
  created: Date;
  /** Until when it signs beside the newer key; null: it is the current key. */
  expires: Date | null;
}
