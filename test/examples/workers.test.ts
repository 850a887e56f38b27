// The examples in other languages, each with its own driver. What is not installed here is skipped, and said.
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { libpq } from '../support/libpq.ts';
import { rows, value } from '../support/sql.ts';

const db = useDatabase();
const FOLDER = path.resolve(import.meta.dirname, '../../examples/workers');

// Debian's own interpreters: its packages of drivers belong to these.
const languages = [
  { language: 'python', command: ['/usr/bin/python3'], file: 'worker.py', has: ['-c', 'import psycopg'] },
  { language: 'ruby', command: ['/usr/bin/ruby'], file: 'worker.rb', has: ['-e', 'require "pg"'] },
  { language: 'perl', command: ['/usr/bin/perl'], file: 'worker.pl', has: ['-MDBD::Pg', '-e', '1'] },
  { language: 'psql', command: ['/bin/sh'], file: 'worker.sh', has: ['-c', 'psql --version'] },
].map((one) => ({ ...one, here: spawnSync(one.command[0] as string, one.has).status === 0 }));

for (const { here, command, language } of languages) {
  if (!here) console.warn(`skipped: the worker in ${language}, because ${command[0]} or its driver is not installed`);
}

beforeAll(async () => {
  await db.pool.query(
    'create table results (task text primary key, written_by text not null, letters integer not null)',
  );
  // As much as makes a plan that the examples can't have been tried with alone.
  await db.pool.query(`insert into results select 'earlier-' || n, 'another', 1 from generate_series(1, 1000) as n`);
  await db.pool.query('analyze results');
});

describe.each(languages)('a worker in $language', ({ language, command, file, here }) => {
  test.runIf(here)('takes every task, renews it, and finishes it with its own write', { timeout: 30_000 }, async () => {
    await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [language]);
    const words = Array.from({ length: 25 }, (_, i) => 'x'.repeat(i + 1));
    await db.pool.query('select from taskqueue.add_tasks($1, $2, transactional => false)', [
      language,
      JSON.stringify(words.map((payload) => ({ name: `${language}-${payload.length}`, payload }))),
    ]);
    await promisify(execFile)(command[0] as string, [path.join(FOLDER, file), language], {
      env: { PATH: process.env.PATH ?? '', ...libpq(db.url) },
    });
    const done = await rows(db.pool, 'select task, letters from results where written_by = $1 order by letters', [
      language,
    ]);
    expect(done).toEqual(words.map(({ length }) => ({ task: `${language}-${length}`, letters: length })));
    expect(await value(db.pool, 'select tasks from taskqueue.queues where name = $1', [language])).toBe('0');
  });

  test.skipIf(here)(`is skipped: ${command[0]} or its driver is not installed`, () => {});
});
