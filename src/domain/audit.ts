/** An administrative act, as the audit records it. */
export interface AuditEntry {
  /** Increases with each act. */
  id: number;
  at: Date;
  /** The database role and, after "for", the person it acted for. */
  actor: string;
  /** The program: the application_name of its session. */
  via: string;
  act: string;
  /** The object of the act, such as `queue mail` or `task mail/receipt-7`. */
  object: string;
  /** Null: the object did not exist. */
  before: unknown;
  /** Null: the object no longer exists. */
  after: unknown;
  reason: string | null;
  /** The id of the HTTP request; null if the act did not come over HTTP. */
  requestId: string | null;
}

/** The person an act is made for: how the server names its HTTP callers to the audit. */
export interface Behalf {
  /** Such as `ada@example.com (token 3f2a90c1b7de)`. */
  actor: string;
  /** The reason of acts that state none of their own. */
  reason?: string | undefined;
  requestId?: string | undefined;
}
