-- 0013_tokens: who may call over HTTP. Only hashes are stored: a token is shown once, when it is created, and is in no
-- dump.
create table taskqueue._tokens (
  id text not null primary key,      -- the id to revoke it by
  hash bytea not null unique,        -- SHA-256 of the token
  email text not null,               -- the address it stands for, which queue ACLs name
  scopes text[] not null,
  created timestamptz not null,
  expires timestamptz                -- null: never
);
