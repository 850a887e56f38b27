-- _clean_headers: a task's headers as they will be stored: names in lower case, one value per name, without the headers
-- that only the service sets.
--
-- X-AppEngine-*, X-Google-*, X-CloudTasks-* and webhook-* are dropped silently, as in App Engine, except
-- Current-Namespace, Default-Namespace and FailFast; so are Content-Length, Referer and the hop-by-hop headers. Host
-- stays for _build_task, which turns it into the target. Names are compared as handlers behind WSGI, Rack or CGI read
-- them (_plain_header): to them X_AppEngine_Cron is X-AppEngine-Cron, which a task must not set.
--
-- Raises TQ108 for a name that is not a token, a value that is not a line of text, cookies and proxy credentials; TQ004
-- above 16 KB.
create or replace function taskqueue._clean_headers(headers jsonb) returns jsonb
language plpgsql immutable as $$
declare
  control constant text := '[' || chr(1) || '-' || chr(8) || chr(10) || '-' || chr(31) || chr(127) || ']';
  header record;
  problem text;
  kept jsonb;
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
      when lower(header.key) in ('cookie', 'proxy-authorization') then 'it is not sent with tasks'
    end;
    if problem is not null then
      perform taskqueue._raise('TQ108',
        format('header %s is not allowed: %s', quote_literal(left(header.key, 120)), problem),
        'Correct the header or leave it out.', jsonb_build_object('header', left(header.key, 120)));
    end if;
  end loop;
  if (select sum(octet_length(h.key) + octet_length(h.value #>> '{}') + 4) from jsonb_each(headers) as h) > 16384 then
    perform taskqueue._raise('TQ004', 'headers must be at most 16384 bytes in all',
      'Put large values into the payload.');
  end if;
  select jsonb_object_agg(lower(h.key), h.value order by h.key desc) into kept
  from jsonb_each(headers) as h
  where lower(h.key) in ('x-appengine-current-namespace', 'x-appengine-default-namespace', 'x-appengine-failfast')
     or not taskqueue._is_reserved_header(lower(h.key))
        -- most names are plain: it costs them little
        and (h.key !~ '[^A-Za-z0-9-]' or not taskqueue._is_reserved_header(taskqueue._plain_header(h.key)));
  return kept;
end
$$;
