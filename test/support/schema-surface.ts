// The surface of a schema on which programs and users rely, from the catalogue: functions with arguments and results,
// and the columns of views.

import { queryAt } from './bare-database.ts';

/** Lists of `name type` by description: `arguments of add`, `results of add`, `columns of tasks`. */
export type Surface = Map<string, string[]>;

const SURFACE = `
  with arguments as (
    select p.oid, p.proname, a.place, coalesce(p.proargmodes[a.place], 'i') as mode, p.proargnames[a.place] as name,
           coalesce(p.proallargtypes[a.place], p.proargtypes[a.place - 1]) as type
    from pg_proc as p
    left join lateral generate_series(1, coalesce(cardinality(p.proallargtypes), p.pronargs)) as a (place) on true
    where p.pronamespace = 'taskqueue'::regnamespace and p.proname !~ '^_'
  )
  select 'arguments of ' || proname as subject,
         coalesce(array_agg(name || ' ' || format_type(type, null) order by place) filter (where mode in ('i', 'b', 'v')), '{}') as list
  from arguments group by oid, proname
  union all
  select 'results of ' || proname, array_agg(name || ' ' || format_type(type, null) order by place) filter (where mode in ('t', 'o', 'b'))
  from arguments group by oid, proname having count(*) filter (where mode in ('t', 'o', 'b')) > 0
  union all
  select 'type of ' || p.proname, array[case when p.proretset then 'setof ' else '' end || format_type(p.prorettype, null),
                                    p.pronargs - p.pronargdefaults || ' arguments have to be given']
  from pg_proc as p where p.pronamespace = 'taskqueue'::regnamespace and p.proname !~ '^_'
  union all
  select 'columns of ' || c.relname, array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) order by a.attnum)
  from pg_class as c
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'taskqueue'::regnamespace and c.relname !~ '^_' and c.relkind in ('v', 'c', 'r')
  group by c.relname`;

/** Reads the surface. */
export async function readSurface(url: string): Promise<Surface> {
  const { rows } = await queryAt(url, SURFACE);
  return new Map(rows.map(({ subject, list }) => [subject, list]));
}

/** Lists the parts of the older surface that the newer one breaks: each list must begin as before. */
export function broken(older: Surface, newer: Surface): string[] {
  return [...older].flatMap(([subject, list]) => {
    const now = newer.get(subject);
    if (now === undefined) return [`${subject}: gone`];
    const kept = list.every((entry, i) => now[i] === entry);
    return kept ? [] : [`${subject}: was ${list.join(', ')}; is ${now.join(', ')}`];
  });
}
