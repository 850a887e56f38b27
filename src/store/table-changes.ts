// PostgreSQL's own count of what was done to the table of tasks: a number that grows, a second late, as tasks are added, leased and deleted.

/** An expression of SQL. */
export const CHANGES = `(select pg_catalog.pg_stat_get_tuples_inserted(t.oid) operator(pg_catalog.+) pg_catalog.pg_stat_get_tuples_updated(t.oid)
                               operator(pg_catalog.+) pg_catalog.pg_stat_get_tuples_deleted(t.oid)
                        from (select 'taskqueue._tasks'::pg_catalog.regclass) as t(oid)) as changes`;
