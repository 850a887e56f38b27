-- _name: the generated name of a task: "task-" and a UUIDv7 without dashes, which contains the creation time in
-- milliseconds and the id.
--
-- Nothing is stored for it: the primary key finds it again (_generated_id), and it stays unique when ids repeat after a
-- failover, because the creation time does not repeat. One short expression, so that PostgreSQL inlines and prepares it
-- cheaply; date_part is faster than extract, which computes in numeric, and encode is faster than to_hex and lpad.
create or replace function taskqueue._name(id bigint, created timestamptz) returns text
language sql stable
return 'task-' || encode(int8send((date_part('epoch', created) * 1000)::bigint << 16 | 28672)
                         || int8send(id & 4611686018427387903 | (-9223372036854775808)), 'hex');
