-- targets: one row a target: where push tasks go.
drop view if exists taskqueue.targets cascade;
create view taskqueue.targets as select t.name, t.url, t.max_concurrent, t.created from taskqueue._targets as t;

comment on view taskqueue.targets is 'One row a target: where push tasks go.';
