-- _size: a task's size in bytes, as App Engine counted it: method + body + URL + (name + value + 4) for each header,
-- the namespace's included.
create or replace function taskqueue._size(method text, url text, task taskqueue._tasks) returns bigint
language plpgsql stable as $$
declare
  size bigint := octet_length(method) + coalesce(octet_length(task.body), 0);
begin
  if method = 'PULL' then
    return size;
  end if;
  size := size + octet_length(url) + 33 + coalesce(octet_length(task.namespace), 0);
  if task.headers is not null or task.body_kind is not null then
    size := size + (select sum(octet_length(h.key) + octet_length(h.value) + 4)
      from jsonb_each_text(taskqueue._headers(task)) as h);
  end if;
  return size;
end
$$;
