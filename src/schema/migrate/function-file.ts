// Runs a file of functions so that a function with other arguments or results replaces the old one.
//
// `create or replace` cannot change a result or the name of an argument, and with other arguments it leaves the old
// function beside the new one, where calls are ambiguous or find the wrong one. So other overloads of the file's names
// are dropped before its text runs, without cascade: if a user's object depends on one, the migration fails and names
// it. An overload that pgtaskqueue's own views or functions depend on is renamed until they have been replaced too.

/** Returns the names of the functions and views that a file defines. */
export function definedNames(sql: string): string[] {
  const found = sql.matchAll(/^create\s+(?:or\s+replace\s+)?(?:function|view)\s+taskqueue\.(\w+)/gim);
  return [...new Set([...found].map(([, name]) => name as string))];
}

const SET_ASIDE = '_replaced_';

/** Returns one statement that runs a file of functions, for the driver and for psql. */
export const replaceFunctions = (sql: string): string => `do $replace$
declare
  definitions constant text := $definitions$${sql}$definitions$;
  names constant text[] := '{${definedNames(sql).join(',')}}';
  before constant text[] := array(select p.oid || ' ' || p.xmin from pg_catalog.pg_proc as p
                                  where p.pronamespace = 'taskqueue'::regnamespace and p.proname = any (names));
  earlier record;
  others oid[];
begin
  begin
    execute definitions;
    others := array(select p.oid from pg_catalog.pg_proc as p
                    where p.pronamespace = 'taskqueue'::regnamespace and p.oid || ' ' || p.xmin = any (before));
    if others = '{}' then
      return;
    end if;
    raise sqlstate 'P0REP'; -- undoes the definitions, which run again without the others
  exception when sqlstate 'P0REP' then
    null;
  when invalid_function_definition or ambiguous_function then
    others := array(select p.oid from pg_catalog.pg_proc as p
                    where p.pronamespace = 'taskqueue'::regnamespace and p.proname = any (names));
  end;
  for earlier in select p.oid, p.proname, p.oid::regprocedure::text as identity from pg_catalog.pg_proc as p
                 where p.oid = any (others) loop
    begin
      execute 'drop function ' || earlier.identity;
    exception when dependent_objects_still_exist then
      if exists (select from pg_catalog.pg_depend as d
                 left join pg_catalog.pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
                 left join pg_catalog.pg_class as c on c.oid = r.ev_class
                 left join pg_catalog.pg_proc as p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
                 where d.refclassid = 'pg_proc'::regclass and d.refobjid = earlier.oid
                   and coalesce(c.relnamespace, p.pronamespace) is distinct from 'taskqueue'::regnamespace) then
        raise;
      end if;
      execute format('alter function %s rename to %I', earlier.identity, '${SET_ASIDE}' || left(earlier.proname, 50));
    end;
  end loop;
  execute definitions;
end
$replace$`;

/** Drops the functions that were renamed, once the files that depended on them have run. */
export const DROP_SET_ASIDE = `do $aside$
declare
  earlier record;
  dependants text;
begin
  for earlier in select p.oid::regprocedure::text as identity, substr(p.proname, ${SET_ASIDE.length + 1}) as name
                 from pg_catalog.pg_proc as p
                 where p.pronamespace = 'taskqueue'::regnamespace and starts_with(p.proname, '${SET_ASIDE}') loop
    begin
      execute 'drop function ' || earlier.identity;
    exception when dependent_objects_still_exist then
      get stacked diagnostics dependants = pg_exception_detail;
      raise exception E'taskqueue.% has other arguments or another result now, but what uses it has not changed with it:\\n%',
        earlier.name, dependants;
    end;
  end loop;
end
$aside$`;
