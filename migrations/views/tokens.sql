-- tokens: one row a token for HTTP that is good: whose it is, never what it is.
create or replace view taskqueue.tokens as
select t.id, t.email, t.scopes, t.created, t.expires, t.rights, t.queues
from taskqueue._tokens as t
where t.expires is null or t.expires > taskqueue._now();

comment on view taskqueue.tokens is 'One row a token for HTTP: whose it is, never what it is.';
comment on column taskqueue.tokens.id is 'What it is revoked by.';
comment on column taskqueue.tokens.email is 'Whom it stands for: the address that ACLs of queues name.';
comment on column taskqueue.tokens.scopes is 'What it is good for at the REST API v1beta2, with the ACL of a queue.';
comment on column taskqueue.tokens.created is 'When it was made.';
comment on column taskqueue.tokens.expires is 'Until when it is good; null: until it is revoked.';
comment on column taskqueue.tokens.rights is 'What it may do: enqueue, lease, read, payload, operate, admin.';
comment on column taskqueue.tokens.queues is
  'The queues that it has its rights on: names, in which * stands for any text.';
