// Compilers of every age and setting find the declarations of each door, and a judge finds nothing to criticise.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { beforeAll, expect, test } from 'vitest';
import { writeFiles } from '../support/folder.ts';
import { packedProject } from '../support/packed.ts';

const { folder, tarball } = await packedProject(['@types/node', '@types/pg', 'pg', 'kysely']);

const { resolve } = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/core'));
const TYPESCRIPT = {
  '5.6': resolve('typescript/lib/tsc.js'),
  '7': path.resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc'),
};

const { exports } = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'));
const doors = Object.keys(exports).filter((one) => one !== './package.json');

/** Every entry point, whatever it exports. */
const ALL = doors.map((one, i) => `import * as door${i} from 'pgtaskqueue${one.slice(1)}';`).join('\n');

const APPLICATION = `${ALL}
export const doors: object[] = [${doors.map((_, i) => `door${i}`).join(', ')}];
import { type NewTask, type Task, TaskQueues } from 'pgtaskqueue';
import { Deferred } from 'pgtaskqueue/deferred';
import { verifyTaskRequest } from 'pgtaskqueue/handler';
import { createServer, migrate, type ServerOptions } from 'pgtaskqueue/server';
import { ManualClock } from 'pgtaskqueue/testing';
import { PullWorker } from 'pgtaskqueue/worker';

const options: ServerOptions = { database: 'postgresql://', port: 0 };
const task: NewTask = { url: '/x' };
export const added: Promise<Task> = new TaskQueues({ database: 'postgresql://' }).add(task);
export const version: Promise<number> = migrate('postgresql://').then((migrated) => migrated.version);
export const url: string = createServer(options).url;
export const all: unknown[] = [Deferred, verifyTaskRequest, ManualClock, PullWorker];
`;

const MISTAKE = `${APPLICATION}export const wrong: string = version;\n`;

beforeAll(() =>
  writeFiles(folder, {
    'module.mts': APPLICATION,
    'common.cts': APPLICATION,
    'plain.ts': APPLICATION,
    'mistake.mts': MISTAKE,
    'mistake.cts': MISTAKE,
    'mistake.ts': MISTAKE,
  }),
);

function compile(
  version: keyof typeof TYPESCRIPT,
  files: string[],
  module: string,
  moduleResolution: string,
): string[] {
  const options = { module, moduleResolution, target: 'es2022', lib: 'es2023,dom,dom.iterable', types: 'node' };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const { stdout } = spawnSync(
    process.execPath,
    [TYPESCRIPT[version], '--strict', '--noEmit', '--skipLibCheck', '--pretty', 'false', ...flags, ...files],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  return stdout.split('\n').filter((line) => /^\S/.test(line));
}

test.each<[keyof typeof TYPESCRIPT, string, string, string[]]>([
  ['5.6', 'commonjs', 'node10', ['plain.ts']],
  ['5.6', 'esnext', 'node10', ['plain.ts']],
  ['5.6', 'esnext', 'bundler', ['plain.ts']],
  ['5.6', 'node16', 'node16', ['common.cts', 'module.mts']],
  ['5.6', 'nodenext', 'nodenext', ['common.cts']],
  ['7', 'node16', 'node16', ['common.cts']],
  ['7', 'nodenext', 'nodenext', ['common.cts', 'module.mts']],
  ['7', 'esnext', 'bundler', ['plain.ts']],
])('TypeScript %s as %s, resolved as %s: %s', (version, module, resolution, files) => {
  const mistakes = files.map((file) => file.replace(/^\w+/, 'mistake'));
  expect(compile(version, [...files, ...mistakes], module, resolution)).toEqual(
    mistakes.map((file) =>
      expect.stringMatching(new RegExp(`^${file.replace('.', '\\.')}\\(\\d+,\\d+\\): error TS2322: `)),
    ),
  );
});

test('the judge of published types', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(fs.readFileSync(tarball)));
  expect(analysis.types).toBeTruthy();
  expect('problems' in analysis && analysis.problems).toEqual([]);
});
