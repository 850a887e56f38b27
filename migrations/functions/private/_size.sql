-- _size: bytes of a task as App Engine counted them: method + body + URL + (name + value + 4) for each header, the namespace's among them.
-- `more`: headers that are not kept.
create or replace function taskqueue._size(method text, url text, task taskqueue._tasks, more integer default 0) returns bigint
language sql stable as $$
  select octet_length(method)::bigint + coalesce(octet_length((task).body), 0)
       + case when method = 'PULL' then 0 else
           octet_length(url) + more + 33 + coalesce(octet_length((task).namespace), 0)
           + coalesce((select sum(octet_length(h.key) + octet_length(h.value) + 4) from jsonb_each_text((task).headers) as h), 0)
         end
$$;
