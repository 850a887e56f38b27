-- Most tasks are a payload and nothing that needs a closer look. They take the short way below and are stored as
-- _add_task would store them. It is one statement, with the code of other functions inlined: each expression has to be
-- prepared in each transaction, and that is most of what an add costs.
--
-- Locks: nothing but its own new rows. It waits for a transaction that is adding the same name, five seconds at most.
create or replace function taskqueue.add(
  queue text default 'default',
  url text default null, method text default null,
  payload text default null, payload_bytes bytea default null, payload_json jsonb default null,
  params jsonb default null, headers jsonb default null, name text default null, tag text default null,
  countdown double precision default null, eta timestamptz default null,
  target text default null, namespace text default null, dispatch_deadline double precision default null,
  retry jsonb default null,
  transactional boolean default true, if_exists text default 'error', wake boolean default true,
  service text default null
) returns taskqueue.task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  made taskqueue.task;
  source_id integer;
begin
  if num_nonnulls(method, params, headers, name, countdown, eta, target, namespace, dispatch_deadline, retry,
                  service) = 0
     and num_nonnulls(payload, payload_bytes, payload_json) = 1 and if_exists = 'error'
     and coalesce(octet_length(payload), octet_length(payload_bytes), octet_length(payload_json::text)) < 65536
     and coalesce(url ~ '^/[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,200}$', true) then
    insert into taskqueue._tasks as t (id, due, created, queue_id, url, body_kind, tag, body)
    select at.id, at.now, at.now, q.id, add.url,
           case when q.mode = 'push' and payload is not null then 't'
                when q.mode = 'push' and payload_json is not null then 'j' end::"char",
           nullif(add.tag, ''), coalesce(payload_bytes, convert_to(coalesce(payload, payload_json::text), 'UTF8'))
    from taskqueue._queues as q,
         -- The id before the time: see _now.
         lateral (select taskqueue._next_id(transactional is not false, 1) as id, taskqueue._now() as now
                  where q.id > 0 offset 0) as at
    where q.name = add.queue and q.deleted_at is null
      -- Measuring gives the transaction an id, and so comes after _next_id.
      and (q.storage_limit is null or at.id is not null and taskqueue._check_room(q.storage_limit))
      and case q.mode when 'push' then add.tag is null
                      else add.url is null and coalesce(octet_length(add.tag), 0) <= 500 end
    returning add.queue, taskqueue._name(t.id, t.created), t.due, t.created, false, t.queue_id
    into made.queue, made.name, made.eta, made.created, made.existed, source_id;
    if source_id is not null then
      if wake is not false and not pg_try_advisory_xact_lock_shared(taskqueue._lock_class('bell'), source_id) then
        perform taskqueue._notify(source_id);
      end if;
      return made;
    end if;
  end if;
  return taskqueue._add_task(
    coalesce(queue, 'default'),
    row(url, method, payload, payload_bytes, payload_json, nullif(params, '{}'), headers, name, tag, countdown, eta,
        target, namespace, dispatch_deadline, retry, nullif(service, ''))::taskqueue._new_task,
    transactional is not false, if_exists, wake is not false);
end
$$;

comment on function taskqueue.add is
$doc$Adds one task to a queue, in the caller's transaction: after a commit the task will run; after a rollback it never
existed.

Arguments:
- queue: name of the queue; default exists from the start.
- url: path at the target, up to 2083 characters; null: /_ah/queue/<queue>.
- method: POST, GET, HEAD, PUT or DELETE; PULL for pull queues; null: POST or PULL, as the queue requires.
- payload: body as text, sent as text/plain; charset=utf-8 unless the headers say otherwise.
- payload_bytes: body as bytes, sent as application/octet-stream.
- payload_json: body as JSON, sent as application/json.
- params: object of strings, numbers, booleans or arrays of these: the body as a form with POST and PULL, otherwise the
  query of the URL. A task has at most one body.
- headers: object of strings. App Engine's own headers and hop-by-hop headers are dropped.
- name: 1 to 500 letters, digits, _ or -. A name can be used once while its task lives and until its tombstone expires;
  null: a name is generated.
- tag: up to 500 bytes; pull queues only.
- countdown, eta: the earliest moment to run, in seconds from now or as a time, at most 30 days ahead; a moment in the
  past means now.
- target: name of a target; null: default. A queue's own target takes precedence.
- namespace: passed to the handler.
- dispatch_deadline: 15 to 86400 seconds for one attempt; null: 600.
- retry: object of task_retry_limit, task_age_limit, min_backoff_seconds, max_backoff_seconds and max_doublings;
  replaces the queue's whole block.
- transactional: true: at most five tasks per transaction, without names. false: for a statement of its own; the task
  may have a name.
- if_exists: 'error', or 'ignore': a name in use is answered with existed = true.
- wake: false: no NOTIFY, for transactions that will be prepared (PREPARE TRANSACTION); polling finds the task.
- service: who adds the task, as service or version.service; it becomes the target when nothing else names one. Pull
  queues ignore it.

Returns the task: queue, name, eta, created, existed. eta and created are null when the name is a tombstone.

Raises: TQ001 unknown queue; TQ002 a transaction that is adding the same name doesn't end; TQ004 too large; TQ005 name;
TQ006 queue name; TQ007 url; TQ010 name in use; TQ011 name used before; TQ012 eta; TQ013 if_exists, or a storage limit
is reached; TQ015 deleted queue; TQ018 more than five tasks in a transaction; TQ021 wrong kind of queue; TQ023 over 1 MB
in a transaction; TQ027 tag; TQ029 dispatch_deadline; TQ104 transactional => false within a larger transaction; TQ105
retry; TQ108 any other invalid task; TQ111 target.

Example:
    select * from taskqueue.add(queue => 'mail', url => '/send', payload_json => '{"to": "a@b"}');$doc$;
