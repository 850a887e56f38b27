-- tokens: one row a token for HTTP that is good: whose it is, never what it is.
create or replace view taskqueue.tokens as
select t.id, t.email, t.scopes, t.created, t.expires
from taskqueue._tokens as t
where t.expires is null or t.expires > taskqueue._now();

comment on view taskqueue.tokens is 'One row a token for HTTP: whose it is, never what it is.';
comment on column taskqueue.tokens.id is 'What it is revoked by.';
comment on column taskqueue.tokens.email is 'Whom it stands for: the address that ACLs of queues name.';
comment on column taskqueue.tokens.scopes is 'What it is good for.';
comment on column taskqueue.tokens.created is 'When it was made.';
comment on column taskqueue.tokens.expires is 'Until when it is good; null: until it is revoked.';
