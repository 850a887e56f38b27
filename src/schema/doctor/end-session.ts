/** The statement that ends a session, for people to run. */
export function endSessionSql(pid: number | undefined | null): string {
  return `select pg_catalog.pg_terminate_backend(${pid});`;
}
