// The packed package in Node, Deno and Bun: the same application sees the same in each.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { packedProject } from '../support/packed.ts';

const CLIENTS = path.resolve(import.meta.dirname, '../clients/node_modules');
const { folder } = await packedProject();
fs.copyFileSync(path.join(import.meta.dirname, 'runtime-application.mjs'), path.join(folder, 'application.mjs'));

const RUNTIMES: [string, string, string[]][] = [
  ['Node', process.execPath, []],
  ['Deno', path.join(CLIENTS, '@deno/linux-x64-glibc/deno'), ['run', '--allow-all', '--no-remote']],
  ['Bun', path.join(CLIENTS, '@oven/bun-linux-x64/bin/bun'), []],
];
const present = RUNTIMES.filter(([, program]) => fs.existsSync(program));
const missing = RUNTIMES.filter((runtime) => !present.includes(runtime)).map(([name]) => name);
if (missing.length > 0) console.warn(`skipped: ${missing.join(' and ')}, not installed in test/clients`);

test.each(present)('%s', async (_, program, args) => {
  const { url } = await bareDatabase();
  await migrate(url);
  const child = spawn(program, [...args, 'application.mjs'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url },
  });
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (chunk) => (texts[stream] += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code, texts.stderr).toBe(0);
  expect(JSON.parse(texts.stdout).sort()).toEqual([
    'GET /large 0',
    'POST /fails-once 0',
    'POST /fails-once 1',
    'in process 1',
    'leased a, deleted true',
    'ready 200',
    'unsigned 403',
    'waited for c',
    'worked b',
  ]);
});
