-- _kept_headers: the headers of a new task of the Cloud Tasks API as they will be stored: with their spelling, without
-- those that only the service or the connection sets (_is_reserved_header), and without Host.
--
-- Raises TQ108 for a name that is not a token and a value that is not a line of Latin-1 text; TQ004 above 80 KB.
create or replace function taskqueue._kept_headers(headers jsonb) returns jsonb
language plpgsql immutable as $$
begin
  perform taskqueue._check_headers(headers, 81920);
  return (
    select jsonb_object_agg(h.key, h.value)
    from jsonb_each(headers) as h, lateral (select taskqueue._plain_header(h.key) as name) as plain
    where plain.name <> 'host'
      and (not taskqueue._is_reserved_header(plain.name)
           or plain.name in ('accept-encoding', 'cookie', 'referer'))); -- tasks of this API may send them
end
$$;
