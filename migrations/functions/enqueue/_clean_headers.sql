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
  refused text;
  kept jsonb;
begin
  perform taskqueue._check_headers(headers, 16384);
  select h.key into refused from jsonb_object_keys(headers) as h(key)
  where lower(h.key) in ('cookie', 'proxy-authorization') limit 1;
  if refused is not null then
    perform taskqueue._raise('TQ108',
      format('header %s is not allowed: it is not sent with tasks', quote_literal(left(refused, 120))),
      'Correct the header or leave it out.', jsonb_build_object('header', left(refused, 120)));
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
