-- _scan_names: tombstones of a queue whose names have a prefix, in the order of their hashes. It looks at no more than
-- 50000 names and for no longer than 80 ms, a chunk at a time, and says where it stopped. Needs the plans that its
-- callers pin.
--
-- Returns    next_position  where the next call continues; null: the end was reached
create or replace function taskqueue._scan_names(source taskqueue._queues, prefix text, after uuid, max_names integer,
  out hashes uuid[], out looked_at bigint, out next_position uuid)
language plpgsql stable as $$
declare
  chunk constant integer := 2500;
  most_rows constant integer := 50000;
  ends constant timestamptz := clock_timestamp() + interval '80 ms';
  read record;
begin
  hashes := '{}';
  looked_at := 0;
  next_position := after;
  loop
    select count(*) as names, (array_agg(n.name_hash order by n.name_hash desc))[1] as last,
      array_agg(n.name_hash order by n.name_hash) filter (where starts_with(n.name, prefix)) as found
    into read
    from (select o.name_hash, o.name from taskqueue._names as o
          where o.queue_id = source.id and o.name_hash > coalesce(next_position, '00000000-0000-0000-0000-000000000000')
          order by o.name_hash limit chunk) as n;
    looked_at := looked_at + read.names;
    hashes := hashes || coalesce(read.found, '{}');
    next_position := case when read.names = chunk then read.last end;
    if cardinality(hashes) > max_names then
      hashes := hashes[1:max_names];
      next_position := hashes[max_names];
    end if;
    exit when next_position is null or cardinality(hashes) >= max_names or looked_at >= most_rows
      or clock_timestamp() >= ends;
  end loop;
end
$$;
