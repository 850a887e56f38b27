-- _id_in_name: the id in a name that has the form of a generated one; an error if it doesn't (_generated_id checks
-- first). One expression, so that PostgreSQL inlines it.
create or replace function taskqueue._id_in_name(name text) returns bigint
language sql immutable as $$
  select ('x' || substr(name, 22, 16))::bit(64)::bigint & 4611686018427387903
$$;
