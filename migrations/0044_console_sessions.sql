-- 0044_console_sessions: who is signed in to the console. Neither the secret in a browser's cookie nor the server's own
-- token is stored, and a session has no rights of its own: they are those of its token, at each request.
create table taskqueue._console_sessions (
  hash bytea not null primary key,   -- SHA-256 of the secret
  token text,                        -- the id of the token it came from; null: the server's own
  proof bytea,                       -- HMAC of the server's own token with the secret: a new token ends the session
  created timestamptz not null,
  expires timestamptz not null,
  constraint _console_sessions_origin check ((token is null) <> (proof is null))
);

create index _console_sessions_token on taskqueue._console_sessions (token);      -- revoke_token
create index _console_sessions_expires on taskqueue._console_sessions (expires);  -- open_console_session
