-- _task_estimates: about how many rows each queue has, by the last ANALYZE: a queue's share of the table. One row for
-- each queue that is among the commonest, and one without a queue for all others; no rows when nothing is known.
create or replace function taskqueue._task_estimates() returns table (queue_id integer, tasks bigint)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  total constant real := (select c.reltuples from pg_class as c where c.oid = 'taskqueue._tasks'::regclass);
  seen pg_stats;
begin
  select * into seen from pg_stats as s where s.schemaname = 'taskqueue' and s.tablename = '_tasks'
    and s.attname = 'queue_id';
  if total <= 0 or seen.attname is null then
    return;
  end if;
  return query
    select common.id, (total * common.share)::bigint
    from unnest(seen.most_common_vals::text::integer[], seen.most_common_freqs) as common(id, share);
  return query
    select null::integer, (total * (1 - coalesce(sum(share), 0))
      / greatest(case when seen.n_distinct > 0 then seen.n_distinct
        else -seen.n_distinct * total end - count(*), 1))::bigint
    from unnest(seen.most_common_freqs) as share;
end
$$;
