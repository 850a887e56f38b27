// Limits for connections that must notice when they are lost: keep-alive probes after a second of silence, and no wait
// without a timeout.

/**
 * Settings of pg, in milliseconds. The query timeout is longer than the server's own limits, so it ends only statements
 * that the network has lost.
 */
export const CONNECTION_LIMITS = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 1_000,
  connectionTimeoutMillis: 5_000,
  query_timeout: 30_000,
} as const;
