// What was promised is kept: docs/reference/versions.md. promised.txt names all that programs and scripts rely on. What
// it names stays, until a major release removes it there; what is new has to be added.

import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fakeTarget } from '../../src/testing/fake-target.ts';
import { useDatabase } from '../support/db.ts';
import { sharedFolder, writeFiles } from '../support/folder.ts';
import { documentPaths, WITHOUT_DOCUMENT } from './documents.ts';
import { leaves, surface } from './surface.ts';

const FILE = path.join(import.meta.dirname, 'promised.txt');
const promised = fs.existsSync(FILE) ? fs.readFileSync(FILE, 'utf8').trim().split('\n') : [];
const database = useDatabase();
const folder = sharedFolder();

/** Compares what is there with what of this kind was promised. */
function compare(found: readonly string[], kind: RegExp): void {
  const missing = promised.filter((line) => kind.test(line) && !found.includes(line));
  expect(missing, 'promised, and no longer there').toEqual([]);
  const added = found.filter((line) => !promised.includes(line));
  if (process.env.PROMISE) fs.writeFileSync(FILE, `${[...new Set([...promised, ...added])].sort().join('\n')}\n`);
  else expect(added, 'new: PROMISE=1 adds them to promised.txt').toEqual([]);
  for (const line of added) promised.push(line);
}

test('names: commands, exit codes, routes, metrics, errors, exports', () => {
  compare(surface(), /^(?!JSON of )/);
});

test('keys of the JSON that commands print', { timeout: 60_000 }, async () => {
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
    secret: path.join(folder, 'secret'),
    handler: handler.url,
  });
  const all = leaves().map(([words]) => words);
  expect(all.filter((words) => !ran.has(words) && !WITHOUT_DOCUMENT.includes(words))).toEqual([]);
  compare(paths, /^JSON of /);
});

test('what is gone is found', () => {
  promised.push('metric: pgtaskqueue_gone_total counter');
  expect(() => compare(surface(), /^metric: /)).toThrow('promised, and no longer there');
  promised.pop();
});
