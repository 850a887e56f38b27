// The functions of the database, the typed catalogue and the comments: one and the same (docs/reference/sql.md is written from them).

import { expect, test } from 'vitest';
import { functions } from '../../src/schema/functions.ts';
import { useDatabase } from '../support/db.ts';
import { rows } from '../support/sql.ts';

const database = useDatabase();

interface DatabaseFunction {
  name: string;
  arguments: Record<string, string>;
  comment: string | null;
  overloads: number;
}

async function databaseFunctions(): Promise<DatabaseFunction[]> {
  const found = await rows<{
    name: string;
    names: string[];
    types: string[];
    defaults: number;
    comment: string | null;
  }>(
    database.pool,
    `select p.proname::text as name, pg_catalog.obj_description(p.oid, 'pg_proc') as comment, p.pronargdefaults as defaults,
            coalesce((p.proargnames)[1:p.pronargs], '{}') as names,
            array(select format_type(t.oid, null) from unnest(p.proargtypes) with ordinality as t(oid, at) order by t.at) as types
     from pg_catalog.pg_proc p
     where p.pronamespace = 'taskqueue'::regnamespace and left(p.proname, 1) <> '_'
     order by 1`,
  );
  return found.map(({ name, names, types, defaults, comment }) => ({
    name,
    comment,
    arguments: Object.fromEntries(
      names.map((argument, at) => [argument, `${types[at]}${at >= names.length - defaults ? '?' : ''}`]),
    ),
    overloads: found.filter((other) => other.name === name).length,
  }));
}

test('the typed catalogue names every function of the database, and no other', async () => {
  const names = (await databaseFunctions()).map(({ name }) => name);
  expect(names).toEqual(Object.keys(functions).sort());
});

test('their arguments have the same names, order, types and defaults', async () => {
  for (const { name, arguments: found } of await databaseFunctions()) {
    const declared: Record<string, string> = functions[name as keyof typeof functions];
    expect(Object.entries(found), name).toEqual(Object.entries(declared));
  }
});

test('no function has two signatures, which would make short calls ambiguous', async () => {
  expect((await databaseFunctions()).filter(({ overloads }) => overloads > 1)).toEqual([]);
});

test('each function has a comment that names its arguments and shows a call', async () => {
  const lacking = (await databaseFunctions()).flatMap(({ name, comment, arguments: declared }) =>
    lacks(name, comment ?? '', Object.keys(declared)),
  );
  expect(lacking).toEqual([]);
});

function lacks(name: string, comment: string, declared: string[]): string[] {
  const [summary = '', ...rest] = comment.split('\n\n');
  const described = [...comment.matchAll(/^- ([\w, ]+):/gm)].flatMap(([, names = '']) => names.split(', '));
  return [
    ...(/^\S.*\.$/s.test(summary) ? [] : [`${name}: its comment begins with a sentence`]),
    ...(rest.at(-1)?.includes(`taskqueue.${name}(`) ? [] : [`${name}: its comment ends with an example`]),
    ...declared.filter((argument) => !described.includes(argument)).map((argument) => `${name}: ${argument}`),
  ];
}

test.each([
  ['', 3],
  ['Adds a task.\n\nExample:\n    select taskqueue.add();', 1],
  ['Adds a task\n\nArguments:\n- queue: its queue.\n\nExample:\n    select taskqueue.add();', 1],
  ['Adds a task.\n\nArguments:\n- queue: its queue.\n\nExample:\n    select taskqueue.add();', 0],
])('that rule can fail: %j', (comment, count) => {
  expect(lacks('add', comment, ['queue'])).toHaveLength(count);
});

test('each public view and each of its columns has a comment', async () => {
  const silent = await rows(
    database.pool,
    `select c.relname as view, a.attname as column from pg_class as c
     left join pg_attribute as a on a.attrelid = c.oid and a.attnum >= 0
     where c.relnamespace = 'taskqueue'::regnamespace and c.relkind = 'v' and c.relname !~ '^_'
       and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)`,
  );
  expect(silent).toEqual([]);
});
