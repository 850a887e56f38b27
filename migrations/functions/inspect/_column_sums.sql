-- _column_sums: the sums of a matrix's columns: histograms of minutes, added up. Null: there is none.
create or replace function taskqueue._column_sums(counts bigint[]) returns bigint[]
language sql immutable
return (select pg_catalog.array_agg(c.total order by c.bucket)
        from (select (u.position - 1) % pg_catalog.array_length(counts, 2) as bucket,
                     pg_catalog.sum(u.n)::bigint as total
              from pg_catalog.unnest(counts) with ordinality as u(n, position) group by 1) as c);
