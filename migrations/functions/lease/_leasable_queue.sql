-- _leasable_queue: a pull queue that is running, or in any state: what has failed may be recorded while it is paused.
--
-- Raises TQ001, TQ006, TQ015; TQ021 for a push queue; TQ026 when it is paused or disabled.
create or replace function taskqueue._leasable_queue(queue text, any_state boolean default false)
  returns taskqueue._queues
language plpgsql stable as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
begin
  if source.mode <> 'pull' then
    perform taskqueue._raise('TQ021',
      format('queue %s is a push queue: its tasks are dispatched and can''t be leased', queue),
      'Create a pull queue: select * from taskqueue.create_queue(..., mode => ''pull'');',
        jsonb_build_object('queue', queue, 'mode', source.mode));
  end if;
  if any_state is not true and taskqueue._state(source) <> 'running' then
    perform taskqueue._raise('TQ026',
      format('queue %s is %s%s', queue, taskqueue._state(source), coalesce(': ' || source.paused_reason, '')),
      format('Resume it: select taskqueue.resume_queue(%L);', queue),
        jsonb_build_object('queue', queue, 'state', taskqueue._state(source)));
  end if;
  return source;
end
$$;
