-- _keep_completed: records tasks that are about to be completed, as far as their queue keeps them. The caller deletes
-- them in the same transaction; their rows are locked until then. Called only for queues that keep any, because it
-- costs another look at each row. Needs the plans that its callers pin.
--
-- Arguments  ids, lease_tokens  in the same order; a task whose last lease has another token is left out
create or replace function taskqueue._keep_completed(source taskqueue._queues, ids bigint[],
  lease_tokens uuid[]) returns void
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  share constant double precision := case source.keep_completed when 'all' then 100
    when 'failures' then null else rtrim(source.keep_completed, '%')::double precision end;
begin
  with held as (
    select t.* from taskqueue._tasks as t
    where t.id = any (ids) and t.queue_id + 0 = source.id
      and ((t.id, t.lease_token) in (select s.id, s.token from unnest(ids, lease_tokens) as s(id, token))) is true
      and not taskqueue._is_purged(t.id, source.purged)
    order by t.id for update
  )
  insert into taskqueue._completed_tasks (
    created, completed, expires, queue_id, attempts, first_attempt, name, tag, url, target, namespace)
  select h.created, now, taskqueue._later(now, source.completed_retention), h.queue_id, h.attempts,
    h.first_attempt, coalesce(h.name, taskqueue._name(h.id, h.created)), h.tag, h.url,
    case when h.http is null then coalesce(source.target, h.target) else coalesce(h.target, source.target) end,
    h.namespace
  from held as h
  where case when share is null then h.attempts > 1 else random() * 100 < share end;
end
$$;
