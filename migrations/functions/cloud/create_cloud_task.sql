-- Most tasks have a URL, a body and a few headers, and take the short way, as in add: it is one statement, because each
-- expression has to be prepared in each transaction, and that is most of what an add costs. What it stores is what the
-- long way would store.
--
-- Locks: nothing but its own new rows. It waits for a transaction that is adding the same name, five seconds at most.
create or replace function taskqueue.create_cloud_task(
  queue text, project text, location text, url text, method text default 'POST', headers jsonb default null,
  body bytea default null, http jsonb default null, target text default null, name text default null,
  eta timestamptz default null, dispatch_deadline double precision default null, retry jsonb default null
) returns taskqueue.new_cloud_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  made taskqueue.new_cloud_task;
  source_id integer;
begin
  if num_nonnulls(name, eta, dispatch_deadline, retry) = 0
     and method in ('POST', 'GET', 'HEAD', 'PUT', 'DELETE') and coalesce(octet_length(body), 0) <= 1048576
     and length(url) <= 2083 and url ~ '^/([A-Za-z0-9_.%&=+~?-][]!"$-[^-~]*)?$'
     and (case when http is null then target is null
               else octet_length(http::text) < 16384 and target ~ '^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?$' end)
     and octet_length(coalesce(headers, '{}')::text) < 16384
     and coalesce(headers, '{}')::text ~ '^[{](("[A-Za-z0-9-]+": "[]!#-[^-~ ]*")(, )?)*[}]$'
     and coalesce(headers, '{}')::text !~* ('"(x-appengine-|x-google-|x-cloudtasks-|webhook-|taskqueue-|proxy-|'
       || '(host|content-length|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect)":)') then
    insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, headers, body, http)
    select at.id, at.now, at.now, q.id, nullif(create_cloud_task.method, 'POST'), create_cloud_task.url,
           create_cloud_task.target, nullif(create_cloud_task.headers, '{}'), create_cloud_task.body,
           create_cloud_task.http
    from taskqueue._queues as q,
         -- The id before the time: see _now.
         lateral (select taskqueue._next_id(false, 1) as id, taskqueue._now() as now where q.id > 0 offset 0) as at
    where q.name = create_cloud_task.queue and q.deleted_at is null and q.mode = 'push'
      and taskqueue._is_visible(q, create_cloud_task.project, create_cloud_task.location)
      -- Measuring gives the transaction an id, and so comes after _next_id.
      and (q.storage_limit is null or at.id is not null and taskqueue._check_room(q.storage_limit))
    returning taskqueue._name(t.id, t.created), t.headers, t.due, t.created, t.queue_id
    into made.name, made.headers, made.schedule_time, made.created, source_id;
    if source_id is not null then
      if not pg_try_advisory_xact_lock_shared(taskqueue._lock_class('bell'), source_id) then
        perform taskqueue._notify(source_id);
      end if;
      return made;
    end if;
  end if;
  return taskqueue._create_cloud_task(queue, project, location, url, coalesce(method, 'POST'), headers, body, http,
    target, nullif(name, ''), eta, dispatch_deadline, retry);
end
$$;

comment on function taskqueue.create_cloud_task is
$doc$For the Cloud Tasks API: adds a task to a push queue, in a transaction of its own.

Arguments:
- queue: name of the queue.
- project, location: the parent under which it is asked for.
- url: path and query, up to 2083 characters; of an HTTP task normalized by the rules of WHATWG, and of an external URL
  only if the caller has checked that it may be called.
- method: POST, GET, HEAD, PUT or DELETE; PATCH or OPTIONS for an HTTP task.
- headers: object of strings, up to 80 KB; their spelling is kept. Those that only the service sets are dropped.
- body: up to 1 MiB.
- http: null: an App Engine task. Otherwise an HTTP task: an object with its URL as it was given, and the tokens to send
  (oidc, oauth).
- target: origin of an HTTP task; name of a target for an App Engine task; null: default.
- name: 1 to 500 letters, digits, _ or -; null: a name is generated.
- eta: when it may run, at most 30 days ahead; null, or a moment in the past: now.
- dispatch_deadline: 15 to 1800 seconds for one attempt, 15 to 86415 for an App Engine task; null: 600.
- retry: as in add; null: the queue's.

Returns what follows of the task: its name, the headers that are kept (null: none), when it is due, and when it was
created.

Raises: TQ001 unknown queue; TQ002 a transaction that is adding the same name doesn't end; TQ004 too large; TQ005 name;
TQ006 queue name; TQ007 url; TQ010 name in use; TQ011 name used before; TQ012 eta; TQ013 a storage limit is reached;
TQ015 deleted queue; TQ021 a pull queue; TQ029 dispatch_deadline; TQ104 within a larger transaction; TQ105 retry; TQ108
any other invalid task; TQ111 target.

Example:
    select name, schedule_time from taskqueue.create_cloud_task('mail', 'shop', 'eu', '/send',
      http => '{"url": "https://example.com/send"}', target => 'https://example.com');$doc$;
