-- _check_queue_count: checks that one more queue may be active, if their number is limited (set_limits). Other sessions
-- that check wait until the transaction ends.
--
-- Raises TQ008.
create or replace function taskqueue._check_queue_count() returns void
language plpgsql volatile as $$
declare
  most integer;
begin
  select s.value into most from taskqueue._settings as s where s.name = 'max_queues' for update;
  if (select count(*) from taskqueue._queues as q where q.deleted_at is null and q.disabled_at is null
      and q.name <> 'default') >= most then
    perform taskqueue._raise('TQ008',
      format('there must be at most %s queues beside the default one, and there are as many already', most),
      'Delete one: select taskqueue.delete_queue(...); or raise the limit: select taskqueue.set_limits(queues => ...);',
        jsonb_build_object('max_queues', most));
  end if;
end
$$;
