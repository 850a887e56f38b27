-- _retry_json: a retry block as JSON, limits that are not set left out: what queues show.
create or replace function taskqueue._retry_json(retry taskqueue.retry_parameters) returns jsonb
language sql stable as $$ select jsonb_strip_nulls(to_jsonb(retry)) $$;
