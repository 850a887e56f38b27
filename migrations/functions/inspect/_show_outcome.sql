-- _show_outcome: how an attempt ended: its status, and the recorded reason.
create or replace function taskqueue._show_outcome(status integer, reason text) returns text
language sql immutable as $$
  select case when coalesce(status, 0) = 0 then 'no response' else 'status ' || status end
    || coalesce(' (' || reason || ')', '')
$$;
