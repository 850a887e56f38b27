-- _name: the generated name of a task: 'task-' and a UUIDv7 without dashes, which holds the creation time to the microsecond and the id.
--
-- Nothing is stored for it, the primary key finds it again (_find_generated), and it stays unique when ids repeat after a failover,
-- because the creation time does not. One expression, so that PostgreSQL inlines it.
create or replace function taskqueue._name(id bigint, created timestamptz) returns text
language sql stable as $$
  select 'task-' || lpad(to_hex((extract(epoch from created) * 1000000)::bigint / 1000), 12, '0')
         || '7' || lpad(to_hex((extract(epoch from created) * 1000000)::bigint % 1000), 3, '0')
         || to_hex((id & 4611686018427387903) | (-9223372036854775808))
$$;
