// The schema of the scheduler's library (graphile-worker), beside taskqueue: how it is created, and who may use it. The
// library protects its tables by row-level security, which only their owner bypasses, so the dispatchers' role needs
// policies in addition to rights.

import type { Executor } from '../postgres/executor.ts';
import { BECOME_OWNER_FOR_SESSION } from './migrate/migration-statements.ts';

/** Its name. */
export const SCHEDULER_SCHEMA = 'taskqueue_cron';

/**
 * Lets the owner of taskqueue create schemas in this database, as a migration does, in case a copy of the database has
 * lost the right.
 */
export function letOwnerMakeSchemas(executor: Executor) {
  return executor.query(LET_OWNER, []);
}

const LET_OWNER = `do $$
begin
  if exists (select from pg_catalog.pg_roles as r where r.rolname operator(pg_catalog.=) 'taskqueue_owner')
     and not pg_catalog.has_database_privilege('taskqueue_owner', pg_catalog.current_database(), 'create') then
    execute pg_catalog.format('grant create on database %I to taskqueue_owner', pg_catalog.current_database());
  end if;
exception
  when insufficient_privilege then
    null;  -- creating the schema reports the problem itself
  when internal_error then
    if sqlerrm operator(pg_catalog.!~~) 'tuple concurrently updated%' then
      raise;
    end if; -- another session grants the same right at this moment
end
$$`;

/** Works as the owner of taskqueue from now on, if the user may. */
export function becomeOwner(executor: Executor) {
  return executor.query(BECOME_OWNER_FOR_SESSION, []);
}

/**
 * Begins a transaction and waits for its turn: only one session at a time creates or changes the schema. Must run as
 * the owner of taskqueue.
 */
export function takeSchedulerTurn(executor: Executor) {
  return executor.query(`begin; select taskqueue._take_turn('scheduler')`, []);
}

/** Ends the transaction and the turn. */
export function endSchedulerTurn(executor: Executor) {
  return executor.query('commit', []);
}

/** Whether the schema exists. */
export async function hasSchedulerSchema(executor: Executor): Promise<boolean> {
  const { rows } = await executor.query(
    `select pg_catalog.to_regclass('${SCHEDULER_SCHEMA}.migrations') is not null as found`,
    [],
  );
  return rows[0].found;
}

/** Grants its use to the roles that run dispatchers. */
export function grantSchedulerSchema(executor: Executor) {
  return executor.query(GRANT, []);
}

const GRANT = `do $$
declare
  grantee pg_catalog.name;
  made pg_catalog.text;
begin
  for grantee in select r.rolname from pg_catalog.pg_roles as r
                 where r.rolname operator(pg_catalog.=) any
                   (array['taskqueue_dispatcher', 'taskqueue_server']::pg_catalog.name[]) loop
    execute pg_catalog.format('grant usage on schema ${SCHEDULER_SCHEMA} to %I', grantee);
    execute pg_catalog.format(
      'grant select, insert, update, delete on all tables in schema ${SCHEDULER_SCHEMA} to %I', grantee);
    execute pg_catalog.format('grant usage, select, update on all sequences in schema ${SCHEDULER_SCHEMA} to %I',
      grantee);
    execute pg_catalog.format('grant execute on all functions in schema ${SCHEDULER_SCHEMA} to %I', grantee);
    for made in select c.relname from pg_catalog.pg_class as c
                where c.relnamespace operator(pg_catalog.=) '${SCHEDULER_SCHEMA}'::pg_catalog.regnamespace
                  and c.relkind operator(pg_catalog.=) 'r' and c.relrowsecurity
                  and not exists (select from pg_catalog.pg_policy as p
                                  where p.polrelid operator(pg_catalog.=) c.oid
                                    and p.polname operator(pg_catalog.=) grantee) loop
      execute pg_catalog.format(
        'create policy %1$I on ${SCHEDULER_SCHEMA}.%2$I to %1$I using (true) with check (true)', grantee, made);
    end loop;
  end loop;
end
$$`;
