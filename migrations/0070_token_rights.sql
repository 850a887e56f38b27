-- 0070_token_rights: beside its scopes, a token carries rights on the queues that its patterns name. Those made earlier have none: their scopes mean what they did.
alter table taskqueue._tokens
  add column rights text[] not null default '{}',
  add column queues text[] not null default '{*}';  -- names of queues; * stands for any text
