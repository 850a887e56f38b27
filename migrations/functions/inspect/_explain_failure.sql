-- _explain_failure: how the last attempt of a task failed, and for a pull task, that leases ended without a word.
--
-- Arguments  target     of the task; null: the default one
--            since      attempts from then on are its own; null: it is dead
--            attempts   how many there were, without the one under way
create or replace function taskqueue._explain_failure(queue taskqueue._queues, name text, target text,
  since timestamptz, attempts integer) returns setof taskqueue.explanation
language plpgsql stable as $$
declare
  failed taskqueue._attempts;
  failures bigint;
  words text;
begin
  select a.* into failed from taskqueue._attempts as a
  where a.queue_id = queue.id and a.name = _explain_failure.name and a.reason is not null
    and a.ended >= coalesce(since, '-infinity')
  order by a.ended desc limit 1;
  words := failed.error;
  if words is null and has_function_privilege(coalesce(nullif(current_setting('role'), 'none'), session_user),
      'taskqueue.task_payload(text, text)', 'execute') then
    words := failed.response;
  end if;
  -- An unknown target of a live task is a reason of its own.
  if failed.reason is not null and (failed.reason <> 'Unknown Target' or since is null) then
    return next row('failed',
      format('%s %s failed at %s%s%s%s.', case queue.mode when 'pull' then 'Lease' else 'Attempt' end, failed.attempt,
        taskqueue._show_time(failed.ended),
        case when queue.mode = 'push'
          then ' with ' || taskqueue._show_outcome(failed.status, failed.reason) else '' end,
        coalesce(': ' || rtrim(left(regexp_replace(btrim(nullif(words, '')), '[[:space:]]+', ' ', 'g'), 300),
          '.'), ''),
        coalesce('; it called ' || failed.url, '')), null,
      taskqueue._failure_remedy(queue, failed, target))::taskqueue.explanation;
  end if;
  if queue.mode = 'pull' and since is not null then
    select count(*) into failures from taskqueue._attempts as a
    where a.queue_id = queue.id and a.name = _explain_failure.name and a.ended >= since;
    if attempts > failures then
      return next row('leases',
        format('Of its %s, %s ended without a word: expired, or released without an error.',
          taskqueue._plural(attempts, 'lease'), attempts - failures), null,
        'If workers need more time, lease for longer or renew; if they die, see their logs.')::taskqueue.explanation;
    end if;
  end if;
end
$$;
