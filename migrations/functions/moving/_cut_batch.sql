-- _cut_batch: how many of the tasks that were found fit into a batch: the first, and those after it up to about 4 MB of
-- bodies and deferred payloads. Needs the plans that its callers pin.
--
-- Arguments  ids, moments, bytes  of the tasks, in their order: when each is due or expires, and the size of its body
-- Returns    taken    null: none was found
--            reached  the moment of the last one
--            whole    false: some did not fit
create or replace function taskqueue._cut_batch(ids bigint[], moments timestamptz[], bytes integer[],
  out taken bigint[], out reached timestamptz, out whole boolean)
language plpgsql volatile as $$
declare
  most_bytes constant integer := 4194304;
begin
  select array_agg(c.id) filter (where c.fits), max(c.moment) filter (where c.fits), bool_and(c.fits)
  into taken, reached, whole
  from (
    select f.id, f.moment, f.position = 1
      or sum(coalesce(f.bytes, 0) + coalesce(p.bytes, 0)) over (order by f.position) <= most_bytes as fits
    from unnest(ids, moments, bytes) with ordinality as f(id, moment, bytes, position)
    left join lateral (select octet_length(d.data) as bytes from taskqueue._deferred_payload as d
                       where d.task_id = f.id offset 0) as p on true) as c;
end
$$;
