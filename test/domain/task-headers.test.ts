// The table of headers (src/domain/task-headers.ts), the database's list, the signed headers and the documents agree.

import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isTaskHeader } from '../../src/domain/signing/signatures.ts';
import {
  CARRIED_HEADERS,
  HTTP_TASK_HEADERS,
  namesAt,
  RESERVED_HEADERS,
  RESERVED_PREFIXES,
  SIGNED_HEADERS,
  TASK_HEADERS,
} from '../../src/domain/task-headers.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const db = useDatabase();
const DOCS = path.resolve(import.meta.dirname, '../../docs');
const names = Object.values(TASK_HEADERS);

test('every fact of a task is signed, and no task may carry its header', async () => {
  for (const name of [...names.map((header) => header.toLowerCase()), ...SIGNED_HEADERS]) {
    expect(isTaskHeader(name), name).toBe(true);
  }
  const given = Object.fromEntries(names.map((name) => [name, 'x']));
  const kept = await value<object | null>(db.pool, 'select taskqueue._clean_headers($1)', [given]);
  expect(Object.keys(kept ?? {})).toEqual([TASK_HEADERS.namespace.toLowerCase()]); // this one becomes its namespace
});

test('the database reserves the same headers', async () => {
  const source = await value<string>(
    db.pool,
    `select prosrc from pg_proc where oid = 'taskqueue._is_reserved_header'::regproc`,
  );
  const [, prefixes = '', listed = ''] = /\^\(([^)]*)\)[\s\S]*\bin \(([^)]*)\)/.exec(source) ?? [];
  expect(prefixes.split('|').sort()).toEqual([...RESERVED_PREFIXES].sort());
  expect([...listed.matchAll(/'([^']+)'/g)].map(([, name]) => name).sort()).toEqual(
    namesAt(RESERVED_HEADERS, 'added').sort(),
  );
});

test('the database accepts the same headers', async () => {
  const given = Object.fromEntries(Object.keys(CARRIED_HEADERS).map((name) => [name, 'x']));
  const kept = await value<object>(db.pool, 'select taskqueue._clean_headers($1)', [
    { ...given, 'x-appengine-x': 'x' },
  ]);
  expect(Object.keys(kept).sort()).toEqual(namesAt(CARRIED_HEADERS, 'added').sort());
});

test('the guide explains each header, and the example for proxies removes each', () => {
  const guide = fs.readFileSync(path.join(DOCS, 'guide/push.md'), 'utf8');
  const signing = fs.readFileSync(path.join(DOCS, 'internals/signing.md'), 'utf8');
  const removed = [...signing.matchAll(/^proxy_set_header (\S+) "";/gm)].map(([, name = '']) => name.toLowerCase());
  expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  const ofHttpTasks = Object.values(HTTP_TASK_HEADERS);
  const all = [...names, ...ofHttpTasks, ...Object.keys(CARRIED_HEADERS)].map((name) => name.toLowerCase());
  expect(removed.sort()).toEqual([...new Set(all)].sort());
  expect(ofHttpTasks.filter((name) => !names.some((own) => own === name.replace('CloudTasks', 'AppEngine')))).toEqual(
    [],
  );
});
