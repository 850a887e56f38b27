-- _read_end: the moment and the id in the end of a page that begins with the latest; null: the first page.
--
-- Raises TQ013 when it is no such position.
create or replace function taskqueue._read_end(after text, out moment timestamptz, out id bigint)
language plpgsql immutable as $$
declare
  parts constant bigint[] := regexp_match(after, '^([0-9]{1,18})[.](-?[0-9]{1,19})$');
begin
  if after is not null and parts is null then
    perform taskqueue._raise('TQ013', 'after must be the end of a page',
      'Pass the position that the page before has returned, or leave it out.');
  end if;
  moment := timestamptz '1970-01-01 00:00:00+00' + parts[1] * interval '1 microsecond';
  id := parts[2];
end
$$;
