create or replace view taskqueue.keys as
select k.target, k.reference, k.created, k.expires
from taskqueue._keys as k
where k.expires is null or k.expires > taskqueue._now();

comment on view taskqueue.keys is 'One row per signing key, by reference: the secrets are not in the database.';
comment on column taskqueue.keys.target is
'Target, or pattern of targets, whose requests it signs; @id-tokens: it signs ID tokens.';
comment on column taskqueue.keys.reference is 'Where each dispatcher finds the secret: env:NAME or file:/path.';
comment on column taskqueue.keys.created is 'When it was added.';
comment on column taskqueue.keys.expires is 'When it stops signing beside the newer key; null: it is the current one.';
