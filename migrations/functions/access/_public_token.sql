-- _public_token: a token as the audit shows it: whose it is and what it may do, never the token itself.
create or replace function taskqueue._public_token(token taskqueue._tokens) returns jsonb
language sql stable as $$
  select jsonb_build_object('email', token.email, 'scopes', token.scopes, 'rights', token.rights, 'queues',
    token.queues, 'expires', token.expires)
$$;
