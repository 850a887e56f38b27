create or replace function taskqueue.disallow_url(entry text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  removed boolean;
begin
  delete from taskqueue._allowed_urls as a where a.entry = disallow_url.entry;
  removed := found;
  perform taskqueue._queue_changed('');
  if removed then
    perform taskqueue._audit('disallow', 'url ' || disallow_url.entry, jsonb_build_object('entry', disallow_url.entry),
      null);
  end if;
  return removed;
end
$$;

comment on function taskqueue.disallow_url is
$doc$Removes an entry of allow_url: tasks may no longer name this host themselves. Those that were added fail with
Unknown Target and are retried.

Arguments:
- entry: the entry, as it was given to allow_url.

Returns false when there was no such entry.

Example:
    select taskqueue.disallow_url('hooks.example.com');$doc$;
