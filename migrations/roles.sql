-- roles: the cluster's roles, created once per cluster. Safe to run again, also from two databases at once.
--
-- taskqueue_owner owns everything and can't log in; the others carry the rights of grants.sql and are granted to the
-- application's own logins (`grant taskqueue_enqueuer to app`). A migrating user who may not create roles gets a
-- warning and works without them.
do $$
declare
  wanted text;
begin
  -- With Citus, the roles are only for this node, where the schema is. Without Citus the setting means nothing.
  perform pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true);
  foreach wanted in array array['taskqueue_owner', 'taskqueue_enqueuer', 'taskqueue_worker', 'taskqueue_dispatcher',
                                'taskqueue_operator', 'taskqueue_viewer', 'taskqueue_server'] loop
    if not exists (select from pg_catalog.pg_roles r where r.rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception
        when duplicate_object or unique_violation then null; -- another database of the cluster was first
      end;
    end if;
  end loop;
exception
  when insufficient_privilege then
    raise warning 'the roles of pgtaskqueue were not created: role % must have CREATEROLE', current_user
      using hint = 'Everything will belong to the migrating user. '
                         'To get the roles, have a superuser run this file once.';
end
$$;

-- The migrating user works as the owner, so that no function ever runs with a superuser's rights.
do $$
begin
  perform pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true);
  if exists (select from pg_catalog.pg_roles r where r.rolname = 'taskqueue_owner') then
    -- From PostgreSQL 16 on, the creator of a role may administer it without being able to become it.
    if not pg_catalog.pg_has_role(current_user, 'taskqueue_owner',
                                  case when pg_catalog.current_setting('server_version_num')::integer >= 160000
                                       then 'set' else 'member' end) then
      execute format('grant taskqueue_owner to %I', current_user);
    end if;
    if not pg_catalog.has_database_privilege('taskqueue_owner', pg_catalog.current_database(), 'create') then
      execute format('grant create on database %I to taskqueue_owner', pg_catalog.current_database());
    end if;
  end if;
exception
  when insufficient_privilege or object_not_in_prerequisite_state then
    raise warning 'role % may not become taskqueue_owner: everything will belong to %', current_user, current_user;
  when internal_error then
    if sqlerrm not like 'tuple concurrently updated%' then
      raise;
    end if; -- another migration of this cluster is granting the same right
end
$$;
