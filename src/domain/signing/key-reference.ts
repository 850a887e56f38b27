// Where a signing secret is: `env:NAME` or `file:/path`. What the database keeps, so that no dump holds a secret.

/** A reference, taken apart. */
export type KeyReference = { kind: 'env'; name: string } | { kind: 'file'; path: string };

/**
 * Takes a reference apart; undefined when it is none.
 *
 * @example `parseReference('env:PUSH_SECRET')`
 */
export function parseReference(reference: string): KeyReference | undefined {
  const [, name] = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(reference) ?? [];
  if (name !== undefined) return { kind: 'env', name };
  const [, path] = /^file:(.+)$/.exec(reference) ?? [];
  return path === undefined ? undefined : { kind: 'file', path };
}
