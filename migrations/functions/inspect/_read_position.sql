-- _read_position: the due time and the id in the end of a page of tasks (_position), as _page_of_tasks takes them;
-- null: the first page.
--
-- Raises TQ013 when it is no such position, or one of another queue.
create or replace function taskqueue._read_position(source taskqueue._queues, after text, out due timestamptz,
  out id bigint)
language plpgsql immutable as $$
declare
  parts constant bigint[] := regexp_match(after, '^([0-9]{1,9})[.]([0-9]{1,18})(?:[.](-?[0-9]{1,19}))?$');
begin
  if after is not null and parts[1] is distinct from source.id then
    perform taskqueue._raise('TQ013', format('after must be the end of a page of queue %s', source.name),
      'Pass the position that the page before has returned, or leave it out.');
  end if;
  due := timestamptz '1970-01-01 00:00:00+00' + parts[2] * interval '1 microsecond';
  id := parts[3];
end
$$;
