// The patience of connections that must notice their death: keep-alive probes after a second of silence, and no wait without an end.

/** Milliseconds; in pg's words. A statement's limit is longer than the server's own ones, so that it ends only what the network has swallowed. */
export const CONNECTION_LIMITS = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 1_000,
  connectionTimeoutMillis: 5_000,
  query_timeout: 30_000,
} as const;
