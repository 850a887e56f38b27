-- _check_size: a push task must be at most 100 KB, a pull task at most 1 MB, counted as the view tasks counts them.
--
-- Raises TQ004.
create or replace function taskqueue._check_size(method text, url text, task taskqueue._tasks) returns void
language plpgsql immutable as $$
declare
  most constant integer := case method when 'PULL' then 1048576 else 102400 end;
  size bigint;
begin
  if coalesce(octet_length(task.body), 0) < 65536 then
    return; -- headers are at most 16 KB and the URL 2 KB
  end if;
  size := taskqueue._size(method, url, task);
  if size > most then
    perform taskqueue._raise('TQ004',
      format('a %s task must be at most %s bytes, got %s', case method when 'PULL' then 'pull'
        else 'push' end, most, size),
      'Store the data in a table and send its key.', jsonb_build_object('size', size, 'limit', most));
  end if;
end
$$;
