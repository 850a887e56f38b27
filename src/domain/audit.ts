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
}
