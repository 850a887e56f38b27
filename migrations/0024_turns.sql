-- 0024_turns: one row for each administrative act that only one session at a time may perform (_take_turn). A session
-- takes its turn by a lock on the row and not by an advisory lock, which everyone who may connect could hold
-- indefinitely.
create table taskqueue._turns (
  act text primary key
);

insert into taskqueue._turns (act) values ('apply_queues'), ('apply_crons'), ('keys'), ('scheduler');
