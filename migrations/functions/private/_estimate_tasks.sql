-- _estimate_tasks: about how many rows a queue has, from what the last ANALYZE has seen: its share of the table's rows. 0: not known.
create or replace function taskqueue._estimate_tasks(queue_id integer) returns bigint
language sql stable as $$
  select coalesce((
    select (c.reltuples * coalesce(
      s.most_common_freqs[array_position(s.most_common_vals::text::integer[], queue_id)],
      (1 - (select sum(f) from unnest(s.most_common_freqs) as f))
        / nullif(case when s.n_distinct > 0 then s.n_distinct else -s.n_distinct * c.reltuples end - cardinality(s.most_common_freqs), 0),
      0))::bigint
    from pg_class as c
    join pg_stats as s on s.schemaname = 'taskqueue' and s.tablename = '_tasks' and s.attname = 'queue_id'
    where c.oid = 'taskqueue._tasks'::regclass and c.reltuples > 0), 0)
$$;
