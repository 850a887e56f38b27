create or replace view taskqueue.tokens as
select t.id, t.email, t.scopes, t.created, t.expires, t.rights, t.queues
from taskqueue._tokens as t
where t.expires is null or t.expires > taskqueue._now();

comment on view taskqueue.tokens is 'One row per valid token for HTTP: whose it is, never the token itself.';
comment on column taskqueue.tokens.id is 'The id to revoke it by.';
comment on column taskqueue.tokens.email is 'The address it stands for, which ACLs of queues name.';
comment on column taskqueue.tokens.scopes is
  'What it is valid for in the REST API v1beta2, together with a queue''s ACL.';
comment on column taskqueue.tokens.created is 'When it was created.';
comment on column taskqueue.tokens.expires is 'When it expires; null: never.';
comment on column taskqueue.tokens.rights is 'What it may do: enqueue, lease, read, payload, operate, admin.';
comment on column taskqueue.tokens.queues is 'The queues its rights apply to: names, in which * stands for any text.';
