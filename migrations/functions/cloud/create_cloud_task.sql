-- Locks: nothing but its own new rows. It waits for a transaction that is adding the same name, five seconds at most.
create or replace function taskqueue.create_cloud_task(
  queue text, project text, location text, url text, method text default 'POST', headers jsonb default null,
  body bytea default null, http jsonb default null, target text default null, name text default null,
  eta timestamptz default null, dispatch_deadline double precision default null, retry jsonb default null,
  tag text default null
) returns taskqueue.new_cloud_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  new_id constant bigint := taskqueue._next_id(false, 1);
  source constant taskqueue._queues := taskqueue._visible_queue(queue, project, location);
  task taskqueue._tasks;
  refused text;
begin
  perform taskqueue._check_room(source.storage_limit);
  task := taskqueue._build_cloud_task(source, url, method, headers, body, http, target, nullif(name, ''), eta,
    dispatch_deadline, retry, tag);
  task.id := new_id;
  if task.name is not null then
    refused := taskqueue._claim_names(source, array[task]) ->> task.name;
    if refused is not null then
      perform taskqueue._raise_name_taken(source.name, task.name, refused);
    end if;
  end if;
  task := (taskqueue._insert_tasks(array[task]));
  perform taskqueue._wake(source.id, source.name);
  return row(coalesce(task.name, taskqueue._name(task.id, task.created)), task.headers,
    case when not (task.retry is null) then taskqueue._retry_json(task.retry) end, task.due,
    task.created)::taskqueue.new_cloud_task;
end
$$;

comment on function taskqueue.create_cloud_task is
$doc$For the Cloud Tasks API: adds a task to a queue, in a transaction of its own.

Arguments:
- queue: name of the queue.
- project, location: the parent under which it is asked for.
- url: path and query, up to 2083 characters; of an HTTP task normalized by the rules of WHATWG, and of an external URL
  only if the caller has checked that it may be called.
- method: POST, GET, HEAD, PUT or DELETE; PATCH or OPTIONS for an HTTP task. PULL for a pull queue;
  such a task has a body, a name, an eta and a tag, and its url is null.
- headers: object of strings, up to 80 KB; their spelling is kept. Those that only the service sets are dropped.
- body: up to 1 MiB.
- http: null: an App Engine task. Otherwise an HTTP task: an object with its URL as it was given, and the tokens to send
  (oidc, oauth).
- target: origin of an HTTP task; name of a target for an App Engine task; null: default.
- name: 1 to 500 letters, digits, _ or -; null: a name is generated.
- eta: when it may run, at most 30 days ahead; null, or a moment in the past: now.
- dispatch_deadline: 15 to 1800 seconds for one attempt, 15 to 86415 for an App Engine task; null: 600.
- retry: as in add; null: the queue's.
- tag: of a task of a pull queue, up to 500 bytes; null: none.

Returns what follows of the task: its name, the headers that are kept (null: none), its own retry parameters, when
it is due, and when it was created.

Raises: TQ001 unknown queue; TQ002 a transaction that is adding the same name doesn't end; TQ004 too large; TQ005 name;
TQ006 queue name; TQ007 url; TQ010 name in use; TQ011 name used before; TQ012 eta; TQ013 a storage limit is reached;
TQ015 deleted queue; TQ021 a queue of another mode; TQ027 tag; TQ029 dispatch_deadline; TQ104 within a larger
transaction; TQ105 retry; TQ108 any other invalid task; TQ111 target.

Example:
    select name, schedule_time from taskqueue.create_cloud_task('mail', 'shop', 'eu', '/send',
      http => '{"url": "https://example.com/send"}', target => 'https://example.com');$doc$;
