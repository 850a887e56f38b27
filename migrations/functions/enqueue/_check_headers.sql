-- _check_headers: headers must be an object of strings, each name a token and each value a line of Latin-1 text.
--
-- Raises TQ108; TQ004 above `most` bytes in all.
create or replace function taskqueue._check_headers(headers jsonb, most integer) returns void
language plpgsql immutable as $$
declare
  control constant text := '[' || chr(1) || '-' || chr(8) || chr(10) || '-' || chr(31) || chr(127) || ']';
  header record;
  problem text;
begin
  if jsonb_typeof(headers) <> 'object' then
    perform taskqueue._raise('TQ108', format('headers must be a JSON object of strings, got %s', jsonb_typeof(headers)),
      'For example: headers => ''{"name": "value"}''.');
  end if;
  for header in select h.key, h.value, h.value #>> '{}' as text from jsonb_each(headers) as h loop
    problem := case
      when header.key !~ '^[A-Za-z0-9!#$%&''*+.^_`|~-]+$'
        then 'its name must consist of letters, digits and !#$%&''*+-.^_`|~'
      when jsonb_typeof(header.value) <> 'string' then format('its value must be a string, got %s',
        jsonb_typeof(header.value))
      when header.text ~ control then 'its value must be one line without control characters'
      when not taskqueue._is_latin_1(header.text) then 'its value must consist of Latin-1 characters'
    end;
    if problem is not null then
      perform taskqueue._raise('TQ108',
        format('header %s is not allowed: %s', quote_literal(left(header.key, 120)), problem),
        'Correct the header or leave it out.', jsonb_build_object('header', left(header.key, 120)));
    end if;
  end loop;
  if (select sum(octet_length(h.key) + octet_length(h.value #>> '{}') + 4) from jsonb_each(headers) as h) > most then
    perform taskqueue._raise('TQ004', format('headers must be at most %s bytes in all', most),
      'Put large values into the payload.');
  end if;
end
$$;
