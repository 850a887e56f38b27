// What was promised is kept: docs/reference/versions.md. Two lists have all that programs and scripts rely on beside the
// schema: names.txt, to which `npm run generate` adds, and documents.txt. What they name stays, until a major release
// removes it there.

import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fakeTarget } from '../../src/testing/fake-target.ts';
import { useDatabase } from '../support/db.ts';
import { sharedFolder, writeFiles } from '../support/folder.ts';
import { documentPaths, WITHOUT_DOCUMENT } from './documents.ts';
import { leaves, surface } from './surface.ts';

const NAMES = path.join(import.meta.dirname, 'names.txt');
const DOCUMENTS = path.join(import.meta.dirname, 'documents.txt');
const read = (file: string) => fs.readFileSync(file, 'utf8').trim().split('\n');
const database = useDatabase();
const folder = sharedFolder();

test('names: commands, exit codes, routes, metrics, errors, exports', () => {
  expect(gone(read(NAMES), surface())).toEqual([]);
});

test('keys of the JSON that commands print', async () => {
  writeFiles(folder, {
    'queue.yaml': 'queue:\n- name: mail\n  rate: 6/s\n- name: new\n  rate: 1/s\n',
    'cron.yaml': 'cron:\n- description: digest\n  url: /digest\n  schedule: every 24 hours\n',
    secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  });
  const handler = await fakeTarget();
  onTestFinished(() => handler.close());
  const { ran, paths } = await documentPaths(database.url, {
    queueFile: path.join(folder, 'queue.yaml'),
    cronFile: path.join(folder, 'cron.yaml'),
    taskFile: path.join(folder, 'tasks.ndjson'),
    secret: path.join(folder, 'secret'),
    handler: handler.url,
  });
  const all = leaves().map(([words]) => words);
  expect(all.filter((words) => !ran.has(words) && !WITHOUT_DOCUMENT.includes(words))).toEqual([]);
  if (process.env.PROMISE)
    fs.writeFileSync(DOCUMENTS, `${[...new Set([...read(DOCUMENTS), ...paths])].sort().join('\n')}\n`);
  const promised = read(DOCUMENTS);
  expect(gone(promised, paths)).toEqual([]);
  expect(gone(paths, promised), 'new: PROMISE=1 adds them to documents.txt').toEqual([]);
});

test('what is gone is found', () => {
  expect(gone([...surface(), 'metric: pgtaskqueue_gone_total counter'], surface())).toEqual([
    'metric: pgtaskqueue_gone_total counter',
  ]);
});

function gone(promised: readonly string[], found: readonly string[]): string[] {
  return promised.filter((line) => !found.includes(line));
}
