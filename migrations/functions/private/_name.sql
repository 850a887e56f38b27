-- _name: the generated name of a task: 'task-' and a UUIDv7 without dashes, which holds the creation time to the microsecond and the id.
--
-- Nothing is stored for it, the primary key finds it again (_generated_id), and it stays unique when ids repeat after a failover,
-- because the creation time does not. One expression, so that PostgreSQL inlines it; date_part, unlike extract, computes in float8, which is exact
-- to the microsecond here and costs a fifth.
create or replace function taskqueue._name(id bigint, created timestamptz) returns text
language sql stable as $$
  -- milliseconds · 65536 + 7 · 4096 + microseconds, written so that the time is taken twice and not three times
  select 'task-' || lpad(to_hex((date_part('epoch', created) * 1000000)::bigint + (date_part('epoch', created) * 1000000)::bigint / 1000 * 64536 + 28672), 16, '0')
         || to_hex((id & 4611686018427387903) | (-9223372036854775808))
$$;
