-- _build_task: checks a new task against its queue and App Engine's rules, and makes its row (without id, created and
-- attempts; due is the requested ETA).
--
-- Order of the checks: first what a client's constructor would find (method, bodies, headers, countdown), then name,
-- URL, ETA, size, mode, retry options, deadline. PULL tasks have a payload, a tag and a trace context, and
-- nothing else. Whether a task is one follows from its method, or without one from its queue; but a task with a URL,
-- other headers or a target is a push task. Most tasks have few of the fields: no check is called for what is null.
--
-- Raises TQ004, TQ005, TQ007, TQ012, TQ021, TQ027, TQ029, TQ105, TQ108, TQ111.
create or replace function taskqueue._build_task(queue taskqueue._queues,
  task taskqueue._new_task) returns taskqueue._tasks
language plpgsql volatile as $$
declare
  built taskqueue._tasks;
  method text := coalesce(upper(task.method),
    case when queue.mode = 'pull' and coalesce(task.url, '') = '' and coalesce(task.target, '') = ''
      and taskqueue._is_trace_context(task.headers) then 'PULL' else 'POST' end);
  url text := nullif(task.url, '');
  form text;
  host text;
begin
  perform taskqueue._check_method(method, task);
  if task.params is not null then
    form := taskqueue._form_encode(task.params);
  end if;
  perform taskqueue._check_bodies(method, task, form);
  built.queue_id := queue.id;
  built.name := nullif(task.name, '');
  built.body := coalesce(task.payload_bytes, convert_to(task.payload, 'UTF8'),
    convert_to(task.payload_json::text, 'UTF8'));
  if form is not null and method in ('POST', 'PULL') then
    built.body := convert_to(form, 'UTF8');
  end if;
  if method = 'PULL' and task.headers is not null then
    built.headers := nullif(taskqueue._clean_headers(task.headers), '{}');
  elsif method <> 'PULL' then
    if task.headers is not null then
      built.headers := taskqueue._clean_headers(task.headers);
      host := lower(built.headers ->> 'host');
      built.namespace := built.headers ->> 'x-appengine-current-namespace';
      built.headers := nullif(built.headers - array['host', 'x-appengine-current-namespace'], '{}');
    end if;
    built.body_kind := taskqueue._body_kind(built.headers, method, task, form);
    built.target := taskqueue._requested_target(nullif(task.target, ''), host);
    built.namespace := taskqueue._check_namespace(coalesce(built.namespace, task.namespace));
  end if;
  if task.countdown is not null or task.eta is not null then
    built.due := taskqueue._requested_eta(task.countdown, task.eta);
  end if;
  if built.name is not null then
    perform taskqueue._check_name(built.name);
  end if;
  if not starts_with(url, '/') then
    built.target := taskqueue._external_origin(url, built.target);
    url := regexp_replace(substr(url, length(built.target) + 1), '^(?!/)', '/');
  end if;
  if url is not null then
    perform taskqueue._check_url(url);
  end if;
  if form is not null and method not in ('POST', 'PULL') then
    url := coalesce(url, '/_ah/queue/' || queue.name) || '?' || form;
  end if;
  built.url := url;
  if built.due is not null then
    perform taskqueue._check_eta(built.due);
  end if;
  perform taskqueue._check_size(method, coalesce(url, '/_ah/queue/' || queue.name), built);
  if (method = 'PULL') <> (queue.mode = 'pull') then
    perform taskqueue._raise('TQ021',
      format('queue %s is a %s queue and takes no %s tasks', queue.name, queue.mode, method),
      'Pull queues take PULL tasks, push queues all other methods; leave method out for the queue''s own.',
      jsonb_build_object('queue', queue.name, 'mode', queue.mode, 'method', method));
  end if;
  built.method := nullif(nullif(method, 'POST'), 'PULL');
  built.tag := nullif(task.tag, '');
  perform taskqueue._check_tag(built.tag);
  if task.retry is not null then
    built.retry := taskqueue._retry_parameters(task.retry, 'TQ105');
  end if;
  if task.dispatch_deadline is not null and method <> 'PULL' then
    built.dispatch_deadline := taskqueue._check_dispatch_deadline(task.dispatch_deadline);
  end if;
  if built.target is null and method <> 'PULL' then
    built.target := taskqueue._check_target(task.service);
  end if;
  return built;
end
$$;
