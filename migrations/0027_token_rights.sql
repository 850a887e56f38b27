-- 0027_token_rights: besides its scopes, a token has rights on the queues that its patterns name. Earlier tokens have
-- none: their scopes mean what they did.
alter table taskqueue._tokens
  add column rights text[] not null default '{}',
  add column queues text[] not null default '{*}';  -- names of queues; * stands for any text
