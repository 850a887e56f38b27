-- _generated_id: the id that a generated name holds (_name); null: the name has not the form of one.
-- One expression, so that PostgreSQL inlines it.
create or replace function taskqueue._generated_id(name text) returns bigint
language sql immutable as $$
  select case when name ~ '^task-[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$' then taskqueue._id_in_name(name) end
$$;
