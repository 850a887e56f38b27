// PostgreSQL's own count of changes to the table of tasks: it grows, up to a second late, as tasks are added, leased
// and deleted.

/** An SQL expression. */
export const CHANGES = `(select pg_catalog.pg_stat_get_tuples_inserted(t.oid) operator(pg_catalog.+)
  pg_catalog.pg_stat_get_tuples_updated(t.oid)
                               operator(pg_catalog.+) pg_catalog.pg_stat_get_tuples_deleted(t.oid)
                        from (select 'taskqueue._tasks'::pg_catalog.regclass) as t(oid)) as changes`;
