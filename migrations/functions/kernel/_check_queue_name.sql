-- _check_queue_name: 1 to 100 letters, digits and hyphens (App Engine's rule; no underscore).
-- Raises TQ006.
create or replace function taskqueue._check_queue_name(queue text) returns void
language plpgsql immutable as $$
begin
  if queue is null or length(queue) > 100 or queue !~ '^[a-zA-Z0-9-]+$' then
    perform taskqueue._raise('TQ006', format('not a queue name: %s', coalesce(quote_literal(left(queue, 120)), 'null')),
      'A queue name has 1 to 100 letters, digits or hyphens.', jsonb_build_object('queue', left(queue, 120)));
  end if;
end
$$;
