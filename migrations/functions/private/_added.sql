-- _added: how many of its numbers below 105 (_next_id) a transaction has used up, whose first id is given: more than five say that it added with transactional => false.
create or replace function taskqueue._added(own bigint) returns integer
language plpgsql volatile set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  return coalesce((select max(t.id) - own + 1 from taskqueue._tasks as t where t.id between own and own + 104), 0);
end
$$;
