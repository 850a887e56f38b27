-- _queue_difference: the settings in which a queue differs between two moments, each given as users see it
-- (taskqueue.queue) as JSON; in the order of a queue file. Null: there was no queue. Settings that are not set are left
-- out, and the retry block is split into its parts.
create or replace function taskqueue._queue_difference(before jsonb, after jsonb) returns table (setting text, was text,
  is_now text)
language sql immutable
begin atomic
  select f.key, max(f.value) filter (where not f.is_after), max(f.value) filter (where f.is_after)
  from (values (false, coalesce(before, '{}')), (true, coalesce(after, '{}'))) as moment(is_after, shown),
       lateral (select moment.is_after, e.key, e.value
                from jsonb_each_text(jsonb_strip_nulls(moment.shown - 'name' - 'created' - 'retry' - 'tasks'
                                                       || coalesce(nullif(moment.shown -> 'retry', 'null'),
                                                         '{}'))) as e) as f
  group by f.key
  having max(f.value) filter (where not f.is_after) is distinct from max(f.value) filter (where f.is_after)
  order by array_position(array(select k.setting from taskqueue._queue_keys() as k),
      case when f.key in ('task_retry_limit', 'task_age_limit', 'min_backoff_seconds', 'max_backoff_seconds',
        'max_doublings') then 'retry' else f.key end),
    array_position(array['task_retry_limit', 'task_age_limit', 'min_backoff_seconds', 'max_backoff_seconds',
      'max_doublings', 'managed_by', 'state', 'paused_reason', 'paused_until'], f.key);
end;
