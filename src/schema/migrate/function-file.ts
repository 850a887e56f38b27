// Runs a file of functions so that a function with other arguments or results replaces the old one. `create or replace`
// cannot change a result or the name of an argument, and with other arguments it leaves the old function beside the new
// one, where calls are ambiguous. So old functions with the file's names are dropped, without cascade: if a user's view
// or function depends on one, the migration fails and names it.

/** Returns the names of the functions and views that a file defines. */
export function definedNames(sql: string): string[] {
  const found = sql.matchAll(/^create\s+(?:or\s+replace\s+)?(?:function|view)\s+taskqueue\.(\w+)/gim);
  return [...new Set([...found].map(([, name]) => name as string))];
}

/** Returns one statement that runs a file of functions, for the driver and for psql. */
export const replaceFunctions = (sql: string): string => `do $replace$
declare
  definitions constant text := $definitions$${sql}$definitions$;
  names constant text[] := '{${definedNames(sql).join(',')}}';
  before constant text[] := array(select p.oid || ' ' || p.xmin from pg_catalog.pg_proc as p
                                  where p.pronamespace = 'taskqueue'::regnamespace and p.proname = any (names));
  old text;
begin
  begin
    execute definitions;
  exception when invalid_function_definition or ambiguous_function then
    for old in select p.oid::regprocedure from pg_catalog.pg_proc as p
               where p.pronamespace = 'taskqueue'::regnamespace and p.proname = any (names) loop
      execute 'drop function ' || old;
    end loop;
    execute definitions;
  end;
  for old in select p.oid::regprocedure from pg_catalog.pg_proc as p
             where p.pronamespace = 'taskqueue'::regnamespace and p.oid || ' ' || p.xmin = any (before) loop
    execute 'drop function ' || old;
  end loop;
end
$replace$`;
