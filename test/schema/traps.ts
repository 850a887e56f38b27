// Traps: copies of pg_catalog's objects in a schema of an ordinary role that comes first in the search_path, and in
// public, where a better match is preferred to a polymorphic function of pg_catalog although it comes later. Calling
// one by its bare name triggers it.

import type pg from 'pg';
import { rows } from '../support/sql.ts';

const SPRING = `perform pg_catalog.nextval('trap.sprung'::pg_catalog.regclass); insert into trap.log values (%s);`;

const BASE = `
  create schema trap authorization trapper;
  grant create on schema public to trapper;
  set role trapper;
  create sequence trap.sprung;
  create table trap.log (name pg_catalog.text);
  create function trap.wire(name pg_catalog.text) returns pg_catalog.bool language plpgsql
    as $$ begin perform pg_catalog.nextval('trap.sprung'::pg_catalog.regclass); insert into trap.log values (name); return true; end $$;
`;

/**
 * Creates a copy of each function and operator of pg_catalog, except those that cannot be created, for example with
 * internal types.
 */
const COPIES = `
  create function trap._copy(schema text, name text, arguments text, result text) returns void language plpgsql as $copy$
  begin
    execute format('create function %I.%I(%s) returns %s language plpgsql as %L', schema, name, arguments, result,
      format($$ begin ${SPRING} return%s; end $$, quote_literal(name || '(' || arguments || ')'),
             case when result ~* '^(setof|table)' or result = 'void' then '' else ' null' end));
  exception when others then null;
  end $copy$;
  select trap._copy('trap', p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid))
  from pg_proc as p where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f';
  select trap._copy(s.schema, p.proname, specific.arguments, specific.result)
  from pg_proc as p, unnest(array['trap', 'public']) as s(schema),
       unnest(array['text', 'integer', 'bigint', 'uuid', 'double precision', 'timestamptz', 'jsonb', 'boolean']) as t(element),
       lateral (select regexp_replace(regexp_replace(regexp_replace(pg_get_function_identity_arguments(p.oid), 'any(compatible)?array', t.element || '[]', 'g'),
                         'any(compatible|element|nonarray)', t.element, 'g'), '(VARIADIC )?"any"', t.element, 'g') as arguments,
                       regexp_replace(regexp_replace(pg_get_function_result(p.oid), 'any(compatible)?array', t.element || '[]', 'g'),
                         'any(compatible|element|nonarray)', t.element, 'g') as result) as specific
  where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and pg_get_function_identity_arguments(p.oid) ~ '"any"|any(compatible|element|array|nonarray)';
  do $do$
  declare o record;
  begin
    for o in select * from pg_operator where oprnamespace = 'pg_catalog'::regnamespace loop
      begin
        perform trap._copy('trap', 'operator ' || o.oid, concat_ws(', ', nullif(o.oprleft, 0)::regtype, o.oprright::regtype), o.oprresult::regtype::text);
        execute format('create operator trap.%s (%s rightarg = %s, function = trap.%I)', o.oprname,
          'leftarg = ' || nullif(o.oprleft, 0)::regtype || ',', o.oprright::regtype, 'operator ' || o.oid);
      exception when others then null;
      end;
    end loop;
  end $do$;
`;

const AGGREGATES = `
  create function trap._counted(state int8) returns int8 language plpgsql as $$ begin perform trap.wire('count'); return 0; end $$;
  create function trap._gathered(state text[], one text) returns text[] language plpgsql as $$ begin perform trap.wire('array_agg'); return state; end $$;
  create aggregate trap.count(*) (sfunc = trap._counted, stype = int8, initcond = '0');
  create aggregate trap.array_agg(text) (sfunc = trap._gathered, stype = text[]);
`;

const DOMAINS = ['text', 'jsonb', 'uuid', 'bytea', 'timestamptz', 'regclass', 'oid', 'json', 'name'];
const RELATIONS = [
  'pg_locks',
  'pg_database',
  'pg_stat_activity',
  'pg_settings',
  'pg_roles',
  'pg_class',
  'pg_namespace',
  'pg_prepared_xacts',
];

/** Sets the traps as a role without other rights, and puts them first in the search_path of all new connections. */
export async function setTraps(client: pg.Client): Promise<void> {
  await client.query(
    `do $$ begin create role trapper; exception when duplicate_object or unique_violation then null; end $$`,
  );
  await client.query(BASE);
  await client.query('set check_function_bodies = off');
  await client.query(COPIES);
  await client.query(AGGREGATES);
  for (const domain of DOMAINS)
    await client.query(`create domain trap.${domain} as pg_catalog.${domain} check (trap.wire('type ${domain}'))`);
  for (const relation of RELATIONS)
    await client.query(
      `create view trap.${relation} as select * from pg_catalog.${relation} where trap.wire('relation ${relation}')`,
    );
  await client.query('reset role');
  const [database] = await rows<{ name: string }>(client, 'select pg_catalog.current_database() as name');
  await client.query(`alter database ${database?.name} set search_path = trap, public, pg_catalog`);
}

/** Returns the triggered traps, and the total number of triggers, which includes transactions that were rolled back. */
export async function sprung(client: pg.Client): Promise<{ names: string[]; times: number }> {
  const names = await rows<{ name: string }>(
    client,
    'select distinct name::pg_catalog.varchar from trap.log order by 1',
  );
  const [count] = await rows<{ times: string }>(
    client,
    'select case when is_called then last_value else 0 end::varchar as times from trap.sprung',
  );
  return { names: names.map(({ name }) => name), times: Number(count?.times) };
}
