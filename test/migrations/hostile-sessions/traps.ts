// A schema that shadows pg_catalog: functions, operators and types of the same names that note what they are given. A body whose
// names are not bound calls them, when a session puts the schema first in its search_path.

/** Functions that return what the system's do. The names are those that occur in our functions and views. */
const FUNCTIONS = `
  for it in
    select p.oid, p.proname, p.pronargs, p.proretset, pg_get_function_arguments(p.oid) as takes, pg_get_function_result(p.oid) as gives
    from pg_proc as p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and p.provariadic = 0
      and (p.proretset or p.proallargtypes is null)
      and p.proname in (
        select w[1] from (select prosrc as text from pg_proc where pronamespace = 'taskqueue'::regnamespace
                          union all select pg_get_viewdef(oid) from pg_class where relnamespace = 'taskqueue'::regnamespace and relkind = 'v') as s,
                         regexp_matches(s.text, '[a-z_0-9]+', 'g') as w)
      and not exists (select from pg_type as t where t.oid = any (p.proargtypes || p.prorettype) and t.typname in ('internal', 'any', 'cstring', 'trigger', 'void'))
  loop
    given := (select string_agg('$' || i, ', ' order by i) from generate_series(1, it.pronargs) as i);
    call := format('pg_catalog.%I(%s)', it.proname, given);
    execute format('create function trap.%I(%s) returns %s language plpgsql set search_path = pg_catalog as %L', it.proname, it.takes, it.gives,
      format('#variable_conflict use_column
              begin perform trap.note(%L, row(%s)::text); %s; end', it.proname, coalesce(given, 'null'),
             case when it.proretset then 'return query select * from ' || call else 'return ' || call end));
    made := made + 1;
  end loop;`;

/** Operators on the types that our tables have. */
const OPERATORS = `
  for it in
    select o.oid, o.oprname, format_type(o.oprleft, null) as l, format_type(o.oprright, null) as r, format_type(o.oprresult, null) as gives
    from pg_operator as o
    where o.oprnamespace = 'pg_catalog'::regnamespace and o.oprleft <> 0 and o.oprresult <> 0
      and o.oprleft::regtype::text = any (types) and o.oprright::regtype::text = any (types)
  loop
    execute format('create function trap.operator_%s(%s, %s) returns %s language plpgsql set search_path = pg_catalog as %L', it.oid, it.l, it.r, it.gives,
      format('begin perform trap.note(%L, row($1, $2)::text); return $1 operator(pg_catalog.%s) $2; end', it.oprname, it.oprname));
    execute format('create operator trap.%s (leftarg = %s, rightarg = %s, function = trap.operator_%s)', it.oprname, it.l, it.r, it.oid);
    made := made + 1;
  end loop;`;

/** Types. Made last: what was made before names the system's. */
const TYPES = `
  foreach type in array array['text', 'jsonb', 'uuid', 'bytea', 'timestamptz', 'xid8', 'regclass', 'pg_snapshot', 'inet', 'tid', 'int8', 'int4', 'float8'] loop
    execute format('create domain trap.%I as pg_catalog.%I check (trap.noted(%L, value::pg_catalog.text))', type, type, type);
    made := made + 1;
  end loop;`;

/** How the notice of a trap begins. A notice outlives a rollback. */
export const TRAPPED = 'trapped: ';

/** Makes the schema. */
export const TRAPS = `
  set search_path = pg_catalog;
  create schema trap;
  create function trap.note(trap text, given text) returns void language plpgsql set search_path = pg_catalog set debug_print_plan = off
    set debug_print_parse = off set debug_print_rewritten = off as $$ begin raise notice '${TRAPPED}%(%)', trap, given; end $$;
  create function trap.noted(trap text, given text) returns boolean language plpgsql set search_path = pg_catalog
    as $$ begin perform trap.note(trap, given); return true; end $$;
  grant usage on schema trap to public;
  do $do$
  declare
    types constant text[] := array['text', 'integer', 'bigint', 'boolean', 'bytea', 'uuid', 'jsonb', 'timestamp with time zone', 'interval', 'double precision',
      'numeric', '"char"', 'xid8', 'tid', 'oid', 'inet', 'anyelement', 'anyarray', 'anycompatible', 'anycompatiblearray', 'text[]'];
    it record;
    given text;
    call text;
    type text;
    made integer := 0;
  begin
    ${FUNCTIONS}
    ${OPERATORS}
    ${TYPES}
    if made < 300 then
      raise exception 'only % traps', made;
    end if;
  end
  $do$;
  reset search_path;`;
