-- 0015_audit: who did what to the queues. A row is written in the transaction of the act itself: an act that is rolled back leaves none, and none is done unseen.
create table taskqueue._audit (
  id bigint generated always as identity primary key,    -- in the order of the acts, mostly; gaps are acts that were rolled back
  at timestamptz not null,
  actor text not null,                                   -- the database role, and whom it says it acts for
  via text not null,                                     -- application_name of the session
  act text not null,
  object text not null,                                  -- such as queue mail, task mail/receipt-7, target default
  before jsonb,                                          -- null: it was not there
  after jsonb,                                           -- null: it is no more
  reason text
);

create index _audit_object on taskqueue._audit (object, id desc);                                 -- the history of one thing

-- Not even the owner changes or removes a row by mistake.
create function taskqueue._keep_audit() returns trigger
language plpgsql as $$
begin
  raise exception 'taskqueue.audit is only ever appended to' using errcode = '42501';
end
$$;

create trigger _audit_kept before update or delete or truncate on taskqueue._audit for each statement execute function taskqueue._keep_audit();
