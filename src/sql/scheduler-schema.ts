// The schema of the scheduler's own library, beside ours: who makes it, and who may use it.
//
// The library locks its tables by row-level security, which only their owner passes: the role of dispatchers gets policies as well as rights.

import type { Executor } from './executor.ts';
import { BECOME_OWNER_FOR_LONG } from './migration-statements.ts';

/** Its name. */
export const SCHEDULER_SCHEMA = 'taskqueue_cron';

/** Only one at a time makes or changes it. */
const LOCK = '8123009, 0';

/** The owner of our schema may make another in this database: as when it was migrated, and again where the right was lost with a copy of it. */
export function letOwnerMakeSchemas(executor: Executor) {
  return executor.query(LET_OWNER, []);
}

const LET_OWNER = `do $$
begin
  if exists (select from pg_catalog.pg_roles as r where r.rolname operator(pg_catalog.=) 'taskqueue_owner')
     and not pg_catalog.has_database_privilege('taskqueue_owner', pg_catalog.current_database(), 'create') then
    execute pg_catalog.format('grant create on database %I to taskqueue_owner', pg_catalog.current_database());
  end if;
exception when insufficient_privilege then
  null;  -- then the schema can't be made, which says so itself
end
$$`;

/** Works as the owner of our schema from now on, where the user may. */
export function becomeOwner(executor: Executor) {
  return executor.query(BECOME_OWNER_FOR_LONG, []);
}

/** Waits for its turn; the session's end gives it back. */
export function lockSchedulerSchema(executor: Executor) {
  return executor.query(`select pg_catalog.pg_advisory_lock(${LOCK})`, []);
}

/** Whether the schema is there. */
export async function hasSchedulerSchema(executor: Executor): Promise<boolean> {
  const { rows } = await executor.query(
    `select pg_catalog.to_regclass('${SCHEDULER_SCHEMA}.migrations') is not null as found`,
    [],
  );
  return rows[0].found;
}

/** Lets those who run dispatchers use it. */
export function grantSchedulerSchema(executor: Executor) {
  return executor.query(GRANT, []);
}

const GRANT = `do $$
declare
  made pg_catalog.text;
begin
  if not exists (select from pg_catalog.pg_roles as r where r.rolname operator(pg_catalog.=) 'taskqueue_dispatcher') then
    return;
  end if;
  grant usage on schema ${SCHEDULER_SCHEMA} to taskqueue_dispatcher;
  grant select, insert, update, delete on all tables in schema ${SCHEDULER_SCHEMA} to taskqueue_dispatcher;
  grant usage, select, update on all sequences in schema ${SCHEDULER_SCHEMA} to taskqueue_dispatcher;
  grant execute on all functions in schema ${SCHEDULER_SCHEMA} to taskqueue_dispatcher;
  for made in select c.relname from pg_catalog.pg_class as c
              where c.relnamespace operator(pg_catalog.=) '${SCHEDULER_SCHEMA}'::pg_catalog.regnamespace
                and c.relkind operator(pg_catalog.=) 'r' and c.relrowsecurity
                and not exists (select from pg_catalog.pg_policy as p 
                                where p.polrelid operator(pg_catalog.=) c.oid and p.polname operator(pg_catalog.=) 'taskqueue_dispatcher') loop
    execute pg_catalog.format('create policy taskqueue_dispatcher on ${SCHEDULER_SCHEMA}.%I to taskqueue_dispatcher using (true) with check (true)', made);
  end loop;
end
$$`;
