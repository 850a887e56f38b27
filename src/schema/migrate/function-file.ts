// How a file of functions runs: a function whose arguments or results have changed takes the place of the old one.
//
// `create or replace` can't change a result or the name of an argument, and with other arguments it leaves the old function beside the new
// one, where calls are ambiguous. So what is left of the file's names is dropped, without cascade: if a view or a function of the user's
// depends on it, the migration ends and names it.

/** Names of the functions and views that a file defines. */
export function definedNames(sql: string): string[] {
  const found = sql.matchAll(/^create\s+(?:or\s+replace\s+)?(?:function|view)\s+taskqueue\.(\w+)/gim);
  return [...new Set([...found].map(([, name]) => name as string))];
}

/** One statement that runs the text of a file of functions, for the driver as well as for psql. */
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
