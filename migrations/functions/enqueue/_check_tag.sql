-- _check_tag: a tag must be at most 500 bytes.
--
-- Raises TQ027.
create or replace function taskqueue._check_tag(tag text) returns void
language plpgsql immutable as $$
begin
  if octet_length(tag) > 500 then
    perform taskqueue._raise('TQ027', format('tag must be at most 500 bytes, got %s', octet_length(tag)),
      'Use a shorter tag.',
      jsonb_build_object('size', octet_length(tag)));
  end if;
end
$$;
