/** An administrative act. */
export interface AuditEntry {
  /** Grows from act to act. */
  id: number;
  at: Date;
  /** The database role, and after "for" whom it acted for. */
  actor: string;
  /** Which program it was: the application_name of its session. */
  via: string;
  act: string;
  /** What it was done to, such as `queue mail` or `task mail/receipt-7`. */
  object: string;
  /** Null: it was not there. */
  before: unknown;
  /** Null: it is no more. */
  after: unknown;
  reason: string | null;
  /** The HTTP request that it came with; null: it came otherwise. */
  requestId: string | null;
}

/** For whom somebody acts: what the server says of those who call it over HTTP. */
export interface Behalf {
  /** Such as `ada@example.com (token 3f2a90c1b7de)`. */
  actor: string;
  /** For acts that are given no other. */
  reason?: string | undefined;
  requestId?: string | undefined;
}
