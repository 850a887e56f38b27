-- _raise_expired_lease: raises TQ025.
create or replace function taskqueue._raise_expired_lease(queue text, name text) returns void
language plpgsql immutable as $$
begin
  perform taskqueue._raise('TQ025', format('the lease of task %s of queue %s has expired', name, queue),
    'Another worker may have the task now: stop working on it.', jsonb_build_object('queue', queue, 'name', name));
end
$$;
