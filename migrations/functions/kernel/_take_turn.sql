-- _take_turn: wait until no other transaction does this act, and have others wait until this transaction has ended.
--
-- Arguments  act  a row of _turns
-- Locks      that row.
create or replace function taskqueue._take_turn(act text) returns void
language plpgsql volatile as $$
begin
  perform from taskqueue._turns as t where t.act = _take_turn.act for update;
end
$$;
