-- _check_batch: what can be said of a call before its tasks are looked at.
-- Raises TQ016 a name twice · TQ005 a named task that is added transactionally · TQ023 a transactional request over 1 MB.
create or replace function taskqueue._check_batch(tasks taskqueue._new_task[], transactional boolean) returns void
language plpgsql immutable as $$
declare
  offending text;
  bytes bigint;
begin
  select t.name into offending from unnest(tasks) as t where t.name <> '' group by t.name having count(*) > 1 limit 1;
  if offending is not null then
    perform taskqueue._refuse('TQ016', format('the name %s stands twice in one call', quote_literal(left(offending, 120))), 'Give each task a name of its own.',
      jsonb_build_object('name', left(offending, 120)));
  end if;
  if not transactional then
    return;
  end if;
  select t.name into offending from unnest(tasks) as t where t.name <> '' limit 1;
  if offending is not null then
    perform taskqueue._refuse('TQ005', format('a task that is added in a transaction can''t be named: %s', quote_literal(left(offending, 120))),
      'Leave the name out, or add it with transactional => false in a statement of its own.', jsonb_build_object('name', left(offending, 120)));
  end if;
  select sum(coalesce(octet_length(t.payload), octet_length(t.payload_bytes), octet_length(t.payload_json::text), 0)) into bytes from unnest(tasks) as t;
  if bytes > 1048576 then
    perform taskqueue._refuse('TQ023', format('a transactional add may have 1048576 bytes; this one has %s', bytes),
      'Store the data in a table and send its key.', jsonb_build_object('size', bytes, 'limit', 1048576));
  end if;
end
$$;
