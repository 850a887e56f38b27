-- _check_size: 100 KB for a push task, 1 MB for a pull task, counted as the view tasks counts them.
-- Raises TQ004.
create or replace function taskqueue._check_size(method text, url text, task taskqueue._tasks) returns void
language plpgsql immutable as $$
declare
  most constant integer := case method when 'PULL' then 1048576 else 102400 end;
  size bigint;
begin
  if coalesce(octet_length(task.body), 0) < 65536 then
    return; -- headers have 16 KB and the URL 2 KB at most
  end if;
  size := taskqueue._size(method, url, task);
  if size > most then
    perform taskqueue._raise('TQ004',
      format('the task has %s bytes; a %s task may have %s', size, case method when 'PULL' then 'pull'
      else 'push' end, most),
      'Store the data in a table and send its key.', jsonb_build_object('size', size, 'limit', most));
  end if;
end
$$;
