// Checks that owners, roles and rights are as roles.sql and grants.sql set them: a copy of a database may have lost
// them.

import type { Executor } from '../../postgres/executor.ts';
import type { SchemaVersion } from './schema-version.ts';

/** The rights that a program's migrations grant, read from their texts. */
export interface ExpectedRights {
  /** All roles of pgtaskqueue. */
  roles: string[];
  /** Names of the functions, views and tables granted to each role. */
  granted: Record<string, string[]>;
  /** Functions that everyone may call. */
  everybody: string[];
}

/** Reads roles.sql and grants.sql, so that nothing is listed twice. */
export function readRights(roles: string, grants: string): ExpectedRights {
  const granted = /\brights constant jsonb := '(\{[^']*\})'/.exec(grants)?.[1];
  const everybody = [...grants.matchAll(/^grant execute on function ([^;]*) to public;/gim)].map(([, names]) => names);
  return {
    roles: namesIn(roles, /'(taskqueue_\w+)'/g),
    granted: granted ? expanded(JSON.parse(granted)) : {},
    everybody: namesIn(everybody.join(), /taskqueue\.(\w+)/g),
  };
}

/** Replaces each role in a list by everything that it may use. */
function expanded(rights: Record<string, string[]>): Record<string, string[]> {
  const all = (names: string[]) => [...new Set(names.flatMap((name) => rights[name] ?? [name]))];
  return Object.fromEntries(Object.entries(rights).map(([role, names]) => [role, all(names)]));
}

/** Returns the problems as sentences. It reads only PostgreSQL's own catalogues. */
export async function findRightsProblems(
  executor: Executor,
  { roles, granted, everybody }: ExpectedRights,
  found: SchemaVersion,
): Promise<string[]> {
  const { rows } = await executor.query(PROBLEMS, [roles, JSON.stringify(granted), everybody, found.owner]);
  return rows.map(({ problem }) => problem);
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name as string))];
}

// Missing roles are a problem only for databases migrated with them: others have recorded another owner.
const PROBLEMS = `with home as (
  select n.oid, n.nspowner,
         case when coalesce($4 operator(pg_catalog.=) 'taskqueue_owner', r.rolsuper) then 'taskqueue_owner'
           else r.rolname end as owner
  from pg_catalog.pg_namespace as n
  join pg_catalog.pg_roles as r on r.oid operator(pg_catalog.=) n.nspowner
  where n.nspname operator(pg_catalog.=) 'taskqueue'
), objects as (
  select 'schema' as kind, 'taskqueue' as name, h.nspowner as owner from home as h
  union all
  select 'function', p.proname, p.proowner from home as h
    join pg_catalog.pg_proc as p on p.pronamespace operator(pg_catalog.=) h.oid
  union all
  select case when c.relkind operator(pg_catalog.=) 'v' then 'view' when c.relkind operator(pg_catalog.=) 'S'
    then 'sequence' else 'table' end, c.relname, c.relowner
  from home as h
  join pg_catalog.pg_class as c on c.relnamespace operator(pg_catalog.=) h.oid
    and c.relkind operator(pg_catalog.=) any (array['r', 'p', 'v', 'S']::pg_catalog."char"[])
  union all
  select 'type', t.typname, t.typowner
  from home as h
  join pg_catalog.pg_type as t on t.typnamespace operator(pg_catalog.=) h.oid
  left join pg_catalog.pg_class as c on c.oid operator(pg_catalog.=) t.typrelid
  where t.typtype operator(pg_catalog.=) any (array['e', 'd']::pg_catalog."char"[])
    or c.relkind operator(pg_catalog.=) 'c'
), missing as (
  select r.rolname as role, g.name
  from pg_catalog.jsonb_each($2::pg_catalog.jsonb) as e (role, names)
  join pg_catalog.pg_roles as r on r.rolname operator(pg_catalog.=) e.role
  cross join home as h
  cross join lateral pg_catalog.jsonb_array_elements_text(e.names) as g (name)
  where exists (select from pg_catalog.pg_proc as p where p.pronamespace operator(pg_catalog.=) h.oid
    and p.proname operator(pg_catalog.=) g.name
                and not pg_catalog.has_function_privilege(r.oid, p.oid, 'execute'))
     or exists (select from pg_catalog.pg_class as c
                where c.relnamespace operator(pg_catalog.=) h.oid and c.relname operator(pg_catalog.=) g.name
                  and c.relkind operator(pg_catalog.=) any (array['r', 'v']::pg_catalog."char"[])
                and not pg_catalog.has_table_privilege(r.oid, c.oid, 'select'))
  union all
  select r.rolname, 'the schema'
  from pg_catalog.jsonb_each($2::pg_catalog.jsonb) as e (role, names)
  join pg_catalog.pg_roles as r on r.rolname operator(pg_catalog.=) e.role
  cross join home as h
  where not pg_catalog.has_schema_privilege(r.oid, h.oid, 'usage')
), problems as (
  select 1 as place, 'there is no role' as problem, pg_catalog.array_agg(e.role order by e.role) as names
  from pg_catalog.unnest($1::pg_catalog.text[]) as e (role)
  cross join home as h
  where h.owner operator(pg_catalog.=) 'taskqueue_owner'
    and not exists (select from pg_catalog.pg_roles as r where r.rolname operator(pg_catalog.=) e.role)
  having pg_catalog.count(*) operator(pg_catalog.>) 0
  union all
  select 2, pg_catalog.format('%s belongs to %s instead of %s:', o.kind, pg_catalog.pg_get_userbyid(o.owner), h.owner),
         pg_catalog.array_agg(o.name::pg_catalog.text order by o.name)
  from objects as o
  cross join home as h
  where pg_catalog.pg_get_userbyid(o.owner) operator(pg_catalog.<>) h.owner
  group by o.kind, o.owner, h.owner
  union all
  select 3, 'everybody (PUBLIC) may execute',
    pg_catalog.array_agg(distinct p.proname::pg_catalog.text order by p.proname::pg_catalog.text)
  from home as h
  join pg_catalog.pg_proc as p on p.pronamespace operator(pg_catalog.=) h.oid
    and p.proname operator(pg_catalog.<>) all ($3::pg_catalog.text[])
  cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as a
  where a.grantee operator(pg_catalog.=) 0
  having pg_catalog.count(*) operator(pg_catalog.>) 0
  union all
  select 3, 'everybody (PUBLIC) may not execute',
    pg_catalog.array_agg(p.proname::pg_catalog.text order by p.proname::pg_catalog.text)
  from home as h
  join pg_catalog.pg_proc as p on p.pronamespace operator(pg_catalog.=) h.oid
    and p.proname operator(pg_catalog.=) any ($3::pg_catalog.text[])
  where not exists (select from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as a
                    where a.grantee operator(pg_catalog.=) 0)
  having pg_catalog.count(*) operator(pg_catalog.>) 0
  union all
  select 4, pg_catalog.format('%s may not use', m.role), pg_catalog.array_agg(m.name order by m.name)
  from missing as m
  group by m.role
)
select pg_catalog.format('%s %s%s', problem, pg_catalog.array_to_string(names[1:3], ', '),
                         case when pg_catalog.cardinality(names) operator(pg_catalog.>) 3
                              then pg_catalog.format(' and %s more', pg_catalog.cardinality(names)
                                operator(pg_catalog.-) 3) end) as problem
from problems order by place, problems.problem`;
