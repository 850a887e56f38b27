// The unit for systemd, judged by systemd itself.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { STOP_SECONDS } from '../../src/runtime/service.ts';
import { VARIABLES } from '../../src/server/variables.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';

const unit = fs.readFileSync(path.resolve(import.meta.dirname, '../../examples/systemd/pgtaskqueue.service'), 'utf8');
const present = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!present) console.warn('skipped: systemd-analyze is not installed');

/** The report on the unit with a command that exists here. */
function analyze(text: string, ...args: string[]) {
  const folder = temporaryFolder();
  writeFiles(folder, { 'pgtaskqueue.service': text.replace('/usr/local/bin/pgtaskqueue', process.execPath) });
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, path.join(folder, 'pgtaskqueue.service')], {
    encoding: 'utf8',
  });
  return { ok: status === 0, report: stdout + stderr };
}

test.runIf(present)('it is valid', () => {
  expect(analyze(unit, 'verify')).toEqual({ ok: true, report: '' });
  expect(analyze(unit.replace('ProtectHome=yes', 'ProtectHouse=yes'), 'verify').report).toContain('ProtectHouse');
});

test.runIf(present)('it is confined: at most 2 of 10 points of exposure', () => {
  const judge = ['security', '--offline=yes', '--no-pager', '--threshold=20'];
  expect(analyze(unit, ...judge)).toMatchObject({ ok: true });
  const unconfined = unit.replace(/^DynamicUser[\s\S]*(?=^\[Install\])/m, '');
  expect(analyze(unconfined, ...judge)).toMatchObject({ ok: false });
});

test('it gives a stop enough time, and names variables that exist', () => {
  const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
  expect(Number(seconds)).toBeGreaterThanOrEqual(STOP_SECONDS + 5);
  const named = new Set([...unit.matchAll(/PGTASKQUEUE_\w+/g)].map(([name]) => name));
  expect([...named].filter((name) => !(name in VARIABLES))).toEqual([]);
});
