// Leases: exclusive, ending holds on tasks.

/** A task in the hands of a pull worker, as the database tells it. */
export interface Lease {
  queue: string;
  name: string;
  /** End of the lease. */
  eta: Date;
  created: Date;
  payload: Uint8Array;
  tag: string | null;
  /** Leases so far, this one included. */
  retryCount: number;
  /** Proof of holding it. */
  leaseToken: string;
}
