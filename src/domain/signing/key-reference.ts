// References to signing secrets: `env:NAME` or `file:/path`. The database stores only the reference, so no dump
// contains a secret.

/** A parsed reference. */
export type KeyReference = { kind: 'env'; name: string } | { kind: 'file'; path: string };

/**
 * Parses a reference; undefined if it is invalid.
 *
 * @example `parseReference('env:PUSH_SECRET')`
 */
export function parseReference(reference: string): KeyReference | undefined {
  const [, name] = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(reference) ?? [];
  if (name !== undefined) return { kind: 'env', name };
  const [, path] = /^file:(.+)$/.exec(reference) ?? [];
  return path === undefined ? undefined : { kind: 'file', path };
}
