create or replace function taskqueue.create_token(
  email text, scopes text[] default null, expires timestamptz default null, rights text[] default '{}',
    queues text[] default '{*}', out id text, out token text
)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set timezone = 'UTC' as $$
begin
  scopes := coalesce(scopes, case when rights = '{}' then '{taskqueue}' else '{}' end::text[]);
  perform taskqueue._check_token(email, scopes, rights, queues);
  id := substr(replace(gen_random_uuid()::text, '-', ''), 1, 12);
  token := 'tq_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
  insert into taskqueue._tokens as t (id, hash, email, scopes, created, expires, rights, queues)
  values (create_token.id, sha256(convert_to(token, 'UTF8')), create_token.email, create_token.scopes, taskqueue._now(),
    create_token.expires,
          create_token.rights, create_token.queues);
  perform taskqueue._audit('create', 'token ' || create_token.id, null, taskqueue._public_token(t))
    from taskqueue._tokens as t where t.id = create_token.id;
end
$$;

comment on function taskqueue.create_token is
$doc$Creates a token for HTTP. This is the only time it is shown: the database stores a hash.

Arguments:
- email: the address the token stands for: the audit and the ACLs of queues name it.
- scopes: for the REST API v1beta2, together with a queue's ACL: taskqueue (everything the ACL allows) or
  taskqueue.consumer (no insert); null: taskqueue, or none if there are rights.
- expires: null: never.
- rights: enqueue, lease, read, payload, operate, admin; none includes another. Default: none.
- queues: the queues the rights apply to: names, in which * stands for any text. Default: all. What belongs to no queue
  needs *.

Returns id, to revoke it by, and token.

Raises: TQ013 email, scopes, rights or queues.

Example:
    select token from taskqueue.create_token('shop@example.com', rights => '{enqueue}', queues => '{mail-*}');$doc$;
