-- _position: the end of a page of tasks, as text (_read_position); null: there is no next page.
create or replace function taskqueue._position(queue_id integer, due timestamptz, id bigint) returns text
language sql stable as $$
  select case when due is not null then concat_ws('.', queue_id, (extract(epoch from due) * 1000000)::bigint, id) end
$$;
