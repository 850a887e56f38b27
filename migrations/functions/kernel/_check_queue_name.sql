-- _check_queue_name: a queue's name must be 1 to 100 letters, digits or hyphens (App Engine's rule: no underscore).
--
-- Raises TQ006.
create or replace function taskqueue._check_queue_name(queue text) returns void
language plpgsql immutable as $$
begin
  if queue is null or length(queue) > 100 or queue !~ '^[a-zA-Z0-9-]+$' then
    perform taskqueue._raise('TQ006',
      format('queue must be 1 to 100 letters, digits or hyphens, got %s',
      coalesce(quote_literal(left(queue, 120)), 'null')),
      'List the queues: select name from taskqueue.queues;', jsonb_build_object('queue', left(queue, 120)));
  end if;
end
$$;
