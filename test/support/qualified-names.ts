// SQL in this repository uses no bare names, because it does not control the search_path of sessions: an object of the
// same name and exact types in an earlier schema is preferred, and so is a better match than a polymorphic function in
// a later one. Syntax needs no qualified name: coalesce, greatest, case, exists, array(…), extract(epoch from …), is
// null, and the types that the standard spells (integer, bigint, smallint, numeric, real, double precision, boolean,
// interval, timestamp, time, varchar, char, bit). All other types are looked up, text, jsonb, uuid, bytea, oid and
// timestamptz too, and so are the operators behind in, between, like, nullif, is distinct from, case x when and using.

import { literalsOf, type SourceRule, SQL } from './source-rules.ts';

/** Files that run on a connection with a pinned search_path, or print SQL for psql, like the migrations. */
const PINNED = /^schema\/migrate\/(?!schema-)/;
const LAYERS = /^(postgres|schema|store|testing|embedded)\//;

const GRAMMAR = [
  'all any and array as by case coalesce else end except exists extract filter from greatest having insert into lateral least materialized',
  'not on or over rows select some then union using values when where with ordinality interval operator set in nullif',
]
  .join(' ')
  .split(' ');
const TYPES =
  /^(integer|int|smallint|bigint|numeric|decimal|real|double precision|boolean|interval|timestamp|time|varchar|char|bit)\b/i;
const LOOKED_UP = 'text|jsonb?|uuid|bytea|timestamptz|regclass|regnamespace|regtype|oid|name|xid8?|date';

/** SQL in src/ names functions, operators, types and relations with their schemas. */
export const qualifiesItsNames: SourceRule = (file, text) => {
  if (!LAYERS.test(file) || PINNED.test(file)) return [];
  return literalsOf(text)
    .filter((literal) => SQL.test(literal) || /\bpg_catalog\.|::|\btaskqueue"?\."?\w+"?\(|^\s*do \$\$/.test(literal))
    .flatMap((literal) =>
      [...new Set(bareNames(bones(literal)))].map((name) => `${file} holds SQL with the bare name ${name}`),
    );
};

/** Removes string literals, quoted names, interpolations and qualified operators. */
function bones(literal: string): string {
  return literal
    .replaceAll(/\\n/g, ' ')
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/'(?:''|[^'])*'/g, "''")
    .replaceAll(/"[^"]*"/g, 'quoted')
    .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, ' ')
    .replaceAll(/operator\(pg_catalog\.[^)]+\)/gi, ' · ')
    .replaceAll(/extract\(\s*epoch\s+from\b/gi, '(')
    .replaceAll(/\$\$/g, ' ');
}

function bareNames(sql: string): string[] {
  return [functions, operators, wordsThatAreOperators, casts, typesInLists, relations].flatMap((find) => find(sql));
}

function functions(sql: string): string[] {
  const called = [...sql.matchAll(/(?<![.\w"])(?<before>\bas\s+)?(?<name>[a-z_]\w*)\s*\(/gi)];
  return called
    .filter(({ groups }) => groups?.before === undefined && !GRAMMAR.includes(groups?.name?.toLowerCase() ?? ''))
    .map(({ groups }) => `${groups?.name}()`);
}

function operators(sql: string): string[] {
  const plain = sql.replaceAll(
    /::|=>|:=|\b\w+\.\*|(?<=\bselect\s+)\*|\(\s*\*\s*\)|\bset\s+\w+\s*=|(?<=\[[^\]]*)[:.\s]+(?=[^[]*\])/gi,
    ' ',
  );
  return plain.match(/[-+*/<>=~!@#%^&|?]+/g) ?? [];
}

function wordsThatAreOperators(sql: string): string[] {
  return (
    sql.match(
      /\b(i?like|similar to|between|nullif|distinct from|overlaps|in(?=\s*\()|case(?!\s+when\b)|using(?=\s*\((?!true)))\b/gi,
    ) ?? []
  );
}

function casts(sql: string): string[] {
  const types = [...sql.matchAll(/::\s*([\w. ]+)/g)].map(([, type]) => type as string);
  return types
    .filter((type) => !TYPES.test(type) && !/^(pg_catalog|taskqueue)\./.test(type))
    .map((type) => `::${type}`);
}

function typesInLists(sql: string): string[] {
  const found = [
    ...sql.matchAll(new RegExp(`(?<=[\\w)]\\s+)(?<!\\bas\\s+|\\.)\\b(${LOOKED_UP})(\\[\\])?(?=\\s*[,)'])`, 'gi')),
  ];
  const literals = sql.match(new RegExp(`(?<![.\\w])(${LOOKED_UP})\\s+''`, 'gi')) ?? [];
  return [...found.map(([type]) => type), ...literals];
}

function relations(sql: string): string[] {
  const own = [...sql.matchAll(/\b(\w+)\s+as\s+(?:not\s+)?(?:materialized\s*)?\(|\b(?:as|with)\s+(\w+)\b/gi)].flatMap(
    ([, one, two]) => [one, two],
  );
  const read = [...sql.matchAll(/\b(?:from|join|update|insert\s+into)\s+(\w+)\b(?!\s*[.(])/gi)].map(
    ([, name]) => name as string,
  );
  const words = ['select', 'rows', 'lateral', 'quoted', 'only', 'set', 'on'];
  return read.filter((name) => !words.includes(name.toLowerCase()) && !own.includes(name));
}
