-- _build_cloud_task: checks a new task of the Cloud Tasks API, and makes its row (without id and created; due is the
-- requested ETA).
--
-- A task with the method PULL has a body, a name, an ETA and a tag, and nothing else.
--
-- Raises TQ004, TQ005, TQ007, TQ012, TQ021, TQ027, TQ029, TQ105, TQ108, TQ111.
create or replace function taskqueue._build_cloud_task(source taskqueue._queues, url text, method text, headers jsonb,
  body bytea, http jsonb, target text, name text, eta timestamptz, dispatch_deadline double precision,
  retry jsonb, tag text) returns taskqueue._tasks
language plpgsql volatile as $$
declare
  longest constant integer := case when http is null then 86415 else 1800 end;
  built taskqueue._tasks;
  problem text;
begin
  built.queue_id := source.id;
  if (method is not distinct from 'PULL') <> (source.mode = 'pull') then
    perform taskqueue._raise('TQ021',
      format('queue %s is a %s queue and takes no %s tasks', source.name, source.mode,
        coalesce(left(method, 120), 'null')),
      'Pull queues take tasks of the method PULL, push queues those of all others.',
      jsonb_build_object('queue', source.name, 'mode', source.mode, 'method', left(method, 120)));
  end if;
  problem := case
    when coalesce(method, '') not in ('POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PULL')
      and (http is null or method not in ('PATCH', 'OPTIONS'))
      then format('method must be POST, GET, HEAD, PUT, DELETE, PATCH or OPTIONS, and neither of the last two for an '
        'App Engine task, got %s', coalesce(quote_literal(left(method, 120)), 'null'))
    when http is not null and (jsonb_typeof(http) <> 'object' or jsonb_typeof(http -> 'url') is distinct from 'string'
        or octet_length(http::text) > 16384)
      then 'http must be a JSON object with the URL as it was given, of at most 16384 bytes'
  end;
  if problem is not null then
    perform taskqueue._raise('TQ108', problem, 'Correct it or leave it out.');
  end if;
  if method = 'PULL' then
    perform taskqueue._check_tag(tag);
  elsif http is null then
    perform taskqueue._check_url(url);
    built.target := taskqueue._check_target(target);
  elsif url !~ '^/' or length(url) > 2083 or url ~ '[^]!-[^-~]' or url ~ '#'
      or target !~ '^https?://([a-z0-9._-]{1,253}|[[][0-9a-f:.]{2,45}[]])(:[0-9]{1,5})?$' then
    perform taskqueue._raise('TQ007',
      format('url must be a URL of at most 2083 characters, got %s', quote_literal(left(http ->> 'url', 120))),
      'Pass http:// or https://, a host and a path.', jsonb_build_object('url', left(http ->> 'url', 120)));
  else
    built.target := target;
  end if;
  if octet_length(body) > 1048576 then
    perform taskqueue._raise('TQ004', format('a body must be at most 1048576 bytes, got %s', octet_length(body)),
      'Store the data in a table and send its key.', jsonb_build_object('size', octet_length(body), 'limit', 1048576));
  end if;
  perform taskqueue._check_name(name);
  if dispatch_deadline not between 15 and longest then
    perform taskqueue._raise('TQ029',
      format('dispatch_deadline must be 15 to %s seconds, got %s', longest, dispatch_deadline::numeric),
      'Leave it out for 600 seconds (10 minutes).',
      jsonb_build_object('dispatch_deadline', dispatch_deadline::numeric::text));
  end if;
  if eta is not null then
    built.due := taskqueue._check_eta(greatest(eta, timestamptz '1970-01-01 00:00:00+00'));
  end if;
  built.body := body;
  built.name := name;
  if method = 'PULL' then
    built.tag := nullif(tag, '');
    return built;
  end if;
  built.url := url;
  built.method := nullif(method, 'POST');
  built.headers := case when headers is not null then taskqueue._kept_headers(headers) end;
  built.http := http;
  built.dispatch_deadline := dispatch_deadline;
  built.retry := case when retry is not null then taskqueue._retry_parameters(retry, 'TQ105') end;
  return built;
end
$$;
