-- _take_turn: waits until no other transaction performs this act, and makes others wait until this transaction ends.
--
-- Arguments  act  a row of _turns
-- Locks      that row
create or replace function taskqueue._take_turn(act text) returns void
language plpgsql volatile as $$
begin
  perform from taskqueue._turns as t where t.act = _take_turn.act for update;
end
$$;
