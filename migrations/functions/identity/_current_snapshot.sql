-- _current_snapshot: what a purge sees, in terms of ids: pg_current_snapshot() with the epoch in each transaction id,
-- as in _tasks.id (_next_id, _is_purged). Tasks of earlier epochs are all below it: they came with the copy. The
-- exception are open transactions that added tasks before epochs existed: their ids without an epoch also count as not
-- ended.
create or replace function taskqueue._current_snapshot() returns pg_snapshot
language plpgsql volatile as $$
declare
  base constant bigint := taskqueue._epoch() << 43;
  now constant pg_snapshot := pg_current_snapshot();
  open constant bigint[] := array(select x::text::bigint from pg_snapshot_xip(now) as x order by 1);
  first constant bigint := coalesce(open[1], base + pg_snapshot_xmin(now)::text::bigint);
begin
  return concat_ws(':', first, base + pg_snapshot_xmax(now)::text::bigint,
    array_to_string(open || array(select base + o from unnest(open) as o order by 1), ','))::pg_snapshot;
end
$$;
