-- _sampled_bytes: about how many bytes the tasks take, from evenly spread stretches of pages; exactly, if the table has
-- at most twice as many pages.
create or replace function taskqueue._sampled_bytes(stretches integer, length integer) returns bigint
language plpgsql volatile as $$
declare
  pages constant bigint := pg_relation_size('taskqueue._tasks') / current_setting('block_size')::bigint;
  purging constant integer[] := array(select q.id from taskqueue._queues as q where q.purged is not null);
  first bigint;
  bytes numeric := 0;
begin
  if pages <= 2 * stretches * length then
    return taskqueue._stored_bytes('(0,0)', format('(%s,0)', least(pages + 100000, 4294967294))::tid, purging);
  end if;
  for i in 0 .. stretches - 1 loop
    first := (pages - length) * i / (stretches - 1);
    bytes := bytes + taskqueue._stored_bytes(format('(%s,0)', first)::tid, format('(%s,0)', first + length)::tid,
      purging);
  end loop;
  return round(bytes * pages / (stretches * length));
end
$$;
