-- _measure_storage: measure how many bytes the tasks take, and keep it. A table of some thousand pages is read whole; of a larger one stretches that are evenly
-- spread over it: 256 of them, and where they say that the tasks take about what they may, 2048, to be right to half a hundredth. So it takes less than
-- half a second, however many tasks there are.
create or replace function taskqueue._measure_storage(storage_limit bigint, at bigint) returns void
language plpgsql volatile as $$
declare
  other constant bigint := (select coalesce(sum(octet_length(p.data)), 0) from taskqueue._deferred_payload as p);
  used bigint := other + taskqueue._sampled_bytes(256, 16);
begin
  if used between storage_limit * 0.9 and storage_limit * 1.1 then
    used := other + taskqueue._sampled_bytes(2048, 8);
  end if;
  perform setval('taskqueue._storage_bytes', used);
  perform setval('taskqueue._storage_measured', at);
end
$$;
