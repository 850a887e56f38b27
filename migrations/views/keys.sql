-- keys: one row a key that signs: which target's, and where the secret is. The secrets are not in the database.
create or replace view taskqueue.keys as
select k.target, k.reference, k.created, k.expires
from taskqueue._keys as k
where k.expires is null or k.expires > taskqueue._now();

comment on view taskqueue.keys is 'One row a key that signs, by reference: the secrets are not in the database.';
comment on column taskqueue.keys.expires is 'Until when it signs beside the newer one; null: it is the current one.';
comment on column taskqueue.keys.target is 'Target, or pattern of targets, whose requests it signs.';
comment on column taskqueue.keys.reference is 'Where each dispatcher finds the secret: env:NAME or file:/path.';
comment on column taskqueue.keys.created is 'When it was rotated in.';
