// The reference of SQL, written from the catalogue of a migrated database and its comments.

import type { Executor } from '../../src/postgres/executor.ts';
import { commentAsMarkdown, escaped, firstSentence } from './comments.ts';

/** Who may call what, and what that is called; the first that may decides. */
const GROUPS = [
  { role: 'taskqueue_enqueuer', title: 'Adding tasks', about: 'For applications: the role `taskqueue_enqueuer`.' },
  { role: 'taskqueue_worker', title: 'Leasing tasks', about: 'For pull workers: the role `taskqueue_worker`.' },
  { role: 'taskqueue_operator', title: 'Running queues', about: 'For operators: the role `taskqueue_operator`.' },
  { role: 'taskqueue_viewer', title: 'Reading', about: 'For dashboards: the role `taskqueue_viewer`.' },
] as const;

/** The client library calls these for its users: deferred calls, and waiting for work. */
const CLIENTS_OWN = /_deferred$|^deferred_|_wait$|^clock$/;

interface SqlFunction {
  name: string;
  arguments: string;
  result: string;
  comment: string;
  roles: string[];
}

/** The text of docs/reference/sql.md. */
export async function sqlReference(database: Executor): Promise<string> {
  const all = await functionsOf(database);
  const groupOf = ({ name, roles }: SqlFunction) =>
    CLIENTS_OWN.test(name) ? undefined : GROUPS.find(({ role }) => roles.includes(role));
  const groups = GROUPS.flatMap((group) => {
    const members = all.filter((one) => groupOf(one) === group);
    if (members.length === 0) return [];
    return [`## ${group.title}`, group.about, ...members.map(section)].join('\n\n');
  });
  const own = all.filter((one) => groupOf(one) === undefined);
  return `# SQL

Written from the database by \`npm run generate\`.

Everything is in the schema \`taskqueue\`. Call functions in FROM, with named arguments: \`select * from taskqueue.add(url => '/x')\`.
Names that begin with \`_\` are private. [Errors](errors.md) lists what each SQLSTATE means,
[roles](../operate/production.md#roles) who may do what.

${groups.join('\n\n')}

## For the server and the client library

Applications have no use for these.

| function | does |
|---|---|
${own.map(({ name, comment }) => `| \`${name}\` | ${cell(firstSentence(comment))} |`).join('\n')}

## Views

For dashboards and for you: the role \`taskqueue_viewer\` may read all of them, and they contain no payloads.

${(await relationsOf(database, 'v')).join('\n\n')}

## Types

${(await relationsOf(database, 'c')).join('\n\n')}
`;
}

async function functionsOf(database: Executor): Promise<SqlFunction[]> {
  const roles = GROUPS.map(({ role }) => role);
  const { rows } = await database.query(
    `select p.proname::text as name, pg_get_function_arguments(p.oid) as arguments, replace(pg_get_function_result(p.oid), 'SETOF', 'setof') as result,
            obj_description(p.oid, 'pg_proc') as comment,
            array(select r from unnest($1::text[]) as r where has_function_privilege(r, p.oid, 'execute')) as roles
     from pg_proc as p
     where p.pronamespace = 'taskqueue'::regnamespace and left(p.proname, 1) <> '_'
     order by 1`,
    [roles],
  );
  return rows as SqlFunction[];
}

function section({ name, arguments: given, result, comment }: SqlFunction): string {
  const list = splitArguments(given);
  const shown = list.length === 0 ? '()' : list.length === 1 ? `(${list})` : `(\n  ${list.join(',\n  ')}\n)`;
  const signature = `\`\`\`sql\ntaskqueue.${name}${shown} returns ${result}\n\`\`\``;
  const [about = '', ...rest] = commentAsMarkdown(comment).split('\n\n');
  return [`### ${name}`, about.replace(/^\*\*Returns\*\*/, 'Returns'), signature, ...rest].join('\n\n');
}

/** At commas that stand in no literal and no parentheses. */
const splitArguments = (text: string) =>
  (text.match(/(?:'[^']*'|\([^)]*\)|[^,'(])+/g) ?? []).map((argument) =>
    argument
      .trim()
      .replaceAll(/'([^']*)'::[\w ]+/g, "'$1'")
      .replaceAll(/NULL::[\w [\]]+/g, 'null')
      .replace(' DEFAULT ', ' default '),
  );

async function relationsOf(database: Executor, kind: 'v' | 'c'): Promise<string[]> {
  const { rows } = await database.query(
    `select c.relname::text as name, obj_description(c.oid, 'pg_class') as comment,
            array(select json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum))
                  from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns
     from pg_class as c
     where c.relnamespace = 'taskqueue'::regnamespace and c.relkind = $1 and left(c.relname, 1) <> '_' order by 1`,
    [kind],
  );
  return (rows as Relation[]).map(({ name, comment, columns }) =>
    [`### ${name}`, comment ?? '', columnsTable(columns)].filter(Boolean).join('\n\n'),
  );
}

interface Relation {
  name: string;
  comment: string | null;
  columns: [string, string, string | null][];
}

function columnsTable(columns: Relation['columns']): string {
  if (columns.every(([, , comment]) => !comment)) {
    return ['| column | type |', '|---|---|', ...columns.map(([name, type]) => `| \`${name}\` | ${type} |`)].join('\n');
  }
  const rows = columns.map(([name, type, comment]) => `| \`${name}\` | ${type} | ${cell(comment ?? '')} |`);
  return ['| column | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

const cell = (text: string) => escaped(text.replaceAll(/\s+/g, ' ').trim());
