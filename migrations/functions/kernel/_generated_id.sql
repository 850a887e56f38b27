-- _generated_id: the id in a generated name (_name); null: the name doesn't have the form of one. One expression, so
-- that PostgreSQL inlines it.
create or replace function taskqueue._generated_id(name text) returns bigint
language sql immutable as $$
  select case when name ~ '^task-[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$' then taskqueue._id_in_name(name) end
$$;
