create or replace view taskqueue.targets as select t.name, t.url, t.max_concurrent, t.created
  from taskqueue._targets as t;

comment on view taskqueue.targets is 'One row per target: where push tasks go.';
comment on column taskqueue.targets.name is 'Its name: default for tasks that name none; with *, a pattern.';
comment on column taskqueue.targets.url is 'Base URL of its handlers.';
comment on column taskqueue.targets.max_concurrent is
  'How many requests a dispatcher may have in flight to it at the same time; null: as many as the queues allow.';
comment on column taskqueue.targets.created is 'When it was first set.';
