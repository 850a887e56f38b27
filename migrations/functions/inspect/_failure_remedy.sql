-- _failure_remedy: what to do about a failed attempt; null: nothing is known.
create or replace function taskqueue._failure_remedy(queue taskqueue._queues, failed taskqueue._attempts,
  target text) returns text
language sql stable as $$
  select case
    when queue.mode = 'pull' or failed.reason = 'Permanent Failure' or failed.status = 408 then null
    when failed.reason = 'Unknown Target' then taskqueue._target_remedy(
      coalesce(case when failed.error ~ 'allow_url' then substring(failed.url from '^[a-z]+://[^/?#]*') end, target),
      failed.error)
    when failed.status = 0
        and failed.error ~ 'ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|Connect Timeout'
      then format('Is the handler %s up, and can the dispatcher reach it? If it is elsewhere: '
        'select taskqueue.set_target(%L, ...);', at.place, at.target)
    when failed.status = 0 and failed.error ~ '^no complete response within'
      then 'Make the handler answer sooner, or add its tasks with a longer dispatch_deadline.'
    when failed.status = 0 and failed.reason = 'Instance Unavailable' then 'See the log of the dispatcher.'
    when failed.status = 0
      then format('See the log of the handler %s, and of proxies in between: the connection was cut.', at.place)
    when failed.status in (401, 403)
      then format('Does the handler %s have the secret that signs requests to target %s? Its log says what it '
        'rejected. Compare its secrets with the references in: pgtaskqueue keys list', at.place, at.target)
    when failed.status in (404, 405, 410)
      then format('Is the path right, and does the handler %s have it? If another target has it: '
        'select taskqueue.set_target(%L, ...);', at.place, at.target)
    when failed.status in (429, 503)
      then format('The handler %s has no room for more: scale it, or slow the queue down: '
        'select taskqueue.update_queue(%L, rate => ...);', at.place, queue.name)
    when failed.status between 300 and 399
      then 'Redirects are not followed: add tasks with the URL that it redirects to.'
    else format('See the log of the handler %s.', at.place)
  end
  from (select coalesce('at ' || substring(failed.url from '^[a-z]+://[^/?#]*'),
                 'of target ' || coalesce(target, 'default')) as place,
               coalesce(target, 'default') as target) as at
$$;
