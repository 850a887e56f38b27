-- _check_queue_count: that one more queue may be active, where their number is bound (set_limits). Whoever asks holds
-- up the others until the transaction ends.
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
      format('there may be %s queues beside the default one, and there are as many', most),
      'Delete one, or raise the limit: set_limits, or --limits of migrate and serve.',
        jsonb_build_object('max_queues', most));
  end if;
end
$$;
