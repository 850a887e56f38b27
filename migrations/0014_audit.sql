-- 0014_audit: administrative acts: who did what to the queues. A row is written in the act's own transaction: an act
-- that is rolled back leaves none, and no act goes unrecorded.
create table taskqueue._audit (
  -- mostly in the order of the acts; gaps are acts that were rolled back
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,                                   -- the login, and whom it says it acts for
  via text not null,                                     -- application_name of the session
  act text not null,
  object text not null,                                  -- for example queue mail, task mail/receipt-7, target default
  before jsonb,                                          -- null: it did not exist
  after jsonb,                                           -- null: it no longer exists
  reason text
);

-- the history of one thing
create index _audit_object on taskqueue._audit (object, id desc);

-- Not even the owner can change or remove a row by mistake.
create function taskqueue._keep_audit() returns trigger
language plpgsql as $$
begin
  raise exception 'rows of taskqueue.audit can''t be changed or removed' using errcode = '42501';
end
$$;

create trigger _audit_kept before update or delete
  or truncate on taskqueue._audit for each statement execute function taskqueue._keep_audit();
