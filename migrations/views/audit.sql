create or replace view taskqueue.audit as
select a.id, a.at, a.actor, a.via, a.act, a.object, a.before, a.after, a.reason, a.request_id
  from taskqueue._audit as a;

comment on view taskqueue.audit is
  'One row per administrative act, from SQL, command line, API or console alike, written in the act''s own '
  'transaction. Rows are never changed or removed.';
comment on column taskqueue.audit.id is 'Grows from act to act; gaps are acts that were rolled back.';
comment on column taskqueue.audit.at is 'When it was done.';
comment on column taskqueue.audit.actor is
  'The login; after "as", the role it had set; after "for", the person it acted for (setting taskqueue.actor).';
comment on column taskqueue.audit.via is 'application_name of the session.';
comment on column taskqueue.audit.act is
  'create, update, delete, delete_tasks, pause, resume, purge, run, requeue, set, remove, rotate, revoke ...';
comment on column taskqueue.audit.object is
  'What it was done to: queue NAME, task QUEUE/NAME, target NAME, key of TARGET, token ID.';
comment on column taskqueue.audit.before is 'State before; null: the object did not exist.';
comment on column taskqueue.audit.after is 'State after; null: the object no longer exists.';
comment on column taskqueue.audit.reason is 'The reason the actor gave; null: none.';
comment on column taskqueue.audit.request_id is
  'The HTTP request it came with (X-Request-Id); null: it didn''t come by HTTP.';
