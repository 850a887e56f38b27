// Unpacks the baseline: an earlier program with its own migrations, which uses the packages of this repository.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { sharedFolder } from './folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** An earlier program. */
export interface Baseline {
  /** The folder of its migrations. */
  migrations: string;
  /** The file of its library. */
  library: string;
  /** Starts its command. */
  start(args: string[], env: Record<string, string>): ChildProcess;
}

/** Unpacks it for all tests of a file; call it once, outside the tests. */
export function unpackBaseline(): Baseline {
  const folder = sharedFolder();
  execFileSync('tar', ['-xzf', path.join(ROOT, 'test/baseline/baseline.tgz'), '-C', folder]);
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const inside = (file: string) => path.join(folder, 'package', file);
  return {
    migrations: inside('migrations'),
    library: inside('dist/index.js'),
    start: (args, env) =>
      spawn(process.execPath, [inside('dist/main.js'), ...args], {
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
  };
}
