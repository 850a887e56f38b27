// Leases: exclusive holds on tasks that expire.

/** A task leased by a pull worker, as the database returns it. */
export interface Lease {
  queue: string;
  name: string;
  /** When the lease expires. */
  eta: Date;
  created: Date;
  payload: Uint8Array;
  tag: string | null;
  /** Number of leases so far, including this one. */
  retryCount: number;
  /** Proof of holding the lease. */
  leaseToken: string;
  /** The trace context that it was added with, `traceparent` and `tracestate`; null: none. */
  headers: Readonly<Record<string, string>> | null;
}
