-- create_token: make a token for HTTP. This is the only time that it is seen: the database keeps a hash.
--
-- Arguments  email    who it stands for; the ACLs of queues name the same
--            scopes   what it is good for: taskqueue (all a queue's ACL allows), taskqueue.consumer (no insert)
--            expires  null: never
-- Returns    id, to revoke it by, and the token
-- Raises     TQ013 email or scopes
-- Example    select token from taskqueue.create_token('worker@example.com');
create or replace function taskqueue.create_token(email text, scopes text[] default '{taskqueue}', expires timestamptz default null, out id text, out token text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set datestyle = 'ISO' set timezone = 'UTC' as $$
begin
  if email is null or length(email) > 320 or email !~ '^[^[:space:]@]+@[^[:space:]@]+$' then
    perform taskqueue._refuse('TQ013', format('not an e-mail address: %s', coalesce(quote_literal(left(email, 120)), 'null')), 'It stands for who calls, and is what the ACLs of queues name.');
  end if;
  if scopes is null or scopes = '{}' or not scopes <@ array['taskqueue', 'taskqueue.consumer'] then
    perform taskqueue._refuse('TQ013', format('no such scopes: %s', coalesce(array_to_string(scopes, ', ', 'null'), 'null')), 'They are taskqueue and taskqueue.consumer.',
      jsonb_build_object('scopes', scopes));
  end if;
  id := substr(replace(gen_random_uuid()::text, '-', ''), 1, 12);
  token := 'tq_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
  insert into taskqueue._tokens as t (id, hash, email, scopes, created, expires)
  values (create_token.id, sha256(convert_to(token, 'UTF8')), create_token.email, create_token.scopes, taskqueue._now(), create_token.expires);
  perform taskqueue._audit('create', 'token ' || id, null,
    jsonb_build_object('email', create_token.email, 'scopes', create_token.scopes, 'expires', create_token.expires));
end
$$;

comment on function taskqueue.create_token is 'Make a token for HTTP. This is the only time that it is seen: the database keeps a hash.';
