// Everything in a schema, from PostgreSQL's catalogues: one line for each function, relation, column, index, comment
// and right, so that two databases can be compared line by line.

const OURS = `'taskqueue'::regnamespace`;
/** Omitted: floors of queues and partitions of days, which are created and dropped at run time. */
const LASTING = `c.relnamespace = ${OURS} and c.relname !~ '^_floor_\\d+|^_attempts_\\d{8}'`;

const CATALOGUE = `
  with relations as (select c.* from pg_class as c where ${LASTING})
  select 'function ' || p.oid::regprocedure || ' ' || pg_get_functiondef(p.oid) as line
  from pg_proc as p where p.pronamespace = ${OURS}
  union all
  select 'comment on function ' || p.oid::regprocedure || ': ' || obj_description(p.oid, 'pg_proc')
  from pg_proc as p where p.pronamespace = ${OURS}
  union all
  select format('right on function %s: %s', p.oid::regprocedure, a.right)
  from pg_proc as p, lateral (select unnest(coalesce(p.proacl, acldefault('f', p.proowner)))::text as right) as a
  where p.pronamespace = ${OURS}
  union all
  select format('relation %s %s %s %s %s', r.relkind, r.relname, r.relowner::regrole, r.relreplident, r.reloptions) from relations as r
  union all
  select format('column %s %s of %s: %s %s %s %s', a.attname, row_number() over (partition by r.oid order by a.attnum), r.relname,
                format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
  from relations as r join pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef as d on d.adrelid = r.oid and d.adnum = a.attnum
  where r.relkind in ('r', 'p', 'v', 'c')
  union all
  select format('comment on %s %s: %s', r.relname, a.attname, d.description)
  from relations as r join pg_description as d on d.objoid = r.oid and d.classoid = 'pg_class'::regclass
  left join pg_attribute as a on a.attrelid = r.oid and a.attnum = d.objsubid and a.attnum > 0
  union all
  select format('right on %s: %s', r.relname, a.right)
  from relations as r, lateral (select unnest(r.relacl)::text as right) as a
  union all
  select format('view %s %s', r.relname, pg_get_viewdef(r.oid)) from relations as r where r.relkind = 'v'
  union all
  select format('sequence %s: %s from %s to %s, starts at %s', r.relname, s.seqtypid::regtype, s.seqmin, s.seqmax, s.seqstart)
  from relations as r join pg_sequence as s on s.seqrelid = r.oid
  union all
  select 'index ' || pg_get_indexdef(i.indexrelid) from relations as r join pg_index as i on i.indrelid = r.oid
  union all
  select format('constraint %s of %s: %s', n.conname, r.relname, pg_get_constraintdef(n.oid))
  from relations as r join pg_constraint as n on n.conrelid = r.oid
  union all
  select pg_get_triggerdef(t.oid) from relations as r join pg_trigger as t on t.tgrelid = r.oid
  union all
  select 'right on the schema: ' || unnest(n.nspacl)::text from pg_namespace as n where n.oid = ${OURS}
  order by line`;

/** Reads it, on a connection whose search_path is the usual one. */
export async function readCatalogue(database: {
  query(text: string): Promise<{ rows: { line: string }[] }>;
}): Promise<string[]> {
  const { rows } = await database.query(CATALOGUE);
  return rows.map(({ line }) => line);
}

/** Lists the lines that only one of the two has: `- ` of the first, `+ ` of the second. */
export function differences(first: string[], second: string[]): string[] {
  const [ones, others] = [new Set(first), new Set(second)];
  return [
    ...first.filter((line) => !others.has(line)).map((line) => `- ${line}`),
    ...second.filter((line) => !ones.has(line)).map((line) => `+ ${line}`),
  ];
}
