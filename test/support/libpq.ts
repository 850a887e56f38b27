// The environment of programs that connect with libpq.

/** Returns the variables with which libpq connects to the database of a connection string. */
export function libpq(connectionString: string): Record<string, string> {
  const url = new URL(connectionString);
  const [host, user, password, database] = [url.hostname, url.username, url.password, url.pathname.slice(1)].map(
    decodeURIComponent,
  );
  return {
    PGHOST: host ?? '',
    PGPORT: url.port || '5432',
    PGUSER: user ?? '',
    PGPASSWORD: password ?? '',
    PGDATABASE: database ?? '',
  };
}
