// Where a reader stands: a clone of the repository after `npm ci`, or an empty project with the packed package.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inject, vi } from 'vitest';
import { ROOT } from './page.ts';

const CLONED = [
  'package.json',
  '.npmrc',
  'tsconfig.json',
  'LICENSE',
  'README.md',
  'src',
  'migrations',
  'docker-compose.yml',
  '.ci',
  'docs',
  'examples',
];
const CLONED_OF_TEST = ['build', 'tsconfig.build.json', 'node-runtime'];

function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'docs-'));
  fs.chmodSync(folder, 0o755); // PostgreSQL runs as another user when the tests run as root
  return folder;
}

/**
 * A clone that npm has made ready: packages, commands, dist and the packed package are there. All test files of a run
 * share it, because building takes long: copy it before writing to it.
 */
export async function readyClone(): Promise<string> {
  const clone = path.join(inject('runFolder'), 'clone');
  const draft = `${clone}-draft`;
  const isReady = () => fs.existsSync(clone);
  while (!isReady()) {
    if (takeFolder(draft)) fill(draft, clone);
    else await vi.waitUntil(() => isReady() || !fs.existsSync(draft), { timeout: 180_000, interval: 100 });
  }
  return clone;
}

/** False: it exists. */
function takeFolder(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { mode: 0o755 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function fill(draft: string, clone: string): void {
  try {
    makeReady(draft);
    pack(draft);
    fs.renameSync(draft, clone);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function makeReady(clone: string): void {
  for (const file of CLONED) fs.cpSync(path.join(ROOT, file), path.join(clone, file), { recursive: true });
  for (const file of CLONED_OF_TEST)
    fs.cpSync(path.join(ROOT, 'test', file), path.join(clone, 'test', file), { recursive: true });
  const modules = path.join(clone, 'node_modules');
  linkPackages(path.join(ROOT, 'node_modules'), modules);
  fs.rmSync(path.join(modules, '.bin/pgtaskqueue'), { force: true });
  execFileSync('npm', ['run', '--silent', 'prepare'], { cwd: clone });
}

export function copyClone(clone: string): string {
  const copy = makeFolder();
  fs.cpSync(clone, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** Every package as a link; `.bin` is a folder of its own, because a clone adds a command to it. */
function linkPackages(from: string, to: string): void {
  fs.mkdirSync(path.join(to, '.bin'), { recursive: true });
  for (const name of fs.readdirSync(from)) {
    if (name !== '.bin') fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
  for (const name of fs.readdirSync(path.join(from, '.bin')))
    fs.symlinkSync(path.join(from, '.bin', name), path.join(to, '.bin', name));
}

/** Packs the package as `npm publish` would; the clone has built it, and so `prepare` is left out. */
function pack(clone: string): void {
  const manifest = (how: string) => execFileSync(process.execPath, ['test/build/manifest.mjs', how], { cwd: clone });
  manifest('strip');
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts'], { cwd: clone });
  manifest('restore');
}

/** The packed package of a clone that is ready. */
export function packedIn(clone: string): string {
  return path.join(clone, fs.globSync('*.tgz', { cwd: clone })[0] as string);
}

export function makeProject(): string {
  const project = makeFolder();
  fs.writeFileSync(path.join(project, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }');
  return project;
}

/** What `npm install` of these packages does, without a registry: only what is named can be imported. */
export function install(project: string, names: readonly string[], tarball: string): void {
  const modules = path.join(project, 'node_modules');
  for (const name of names.map((given) => given.replace(/(?<!^)@.*$/, ''))) {
    const to = path.join(modules, name);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    if (name !== 'pgtaskqueue') fs.symlinkSync(path.join(ROOT, 'node_modules', name), to);
    else installPacked(to, tarball);
  }
}

function installPacked(to: string, tarball: string): void {
  fs.mkdirSync(to);
  execFileSync('tar', ['-xzf', tarball, '-C', to, '--strip-components=1']);
  const { dependencies, bin } = JSON.parse(fs.readFileSync(path.join(to, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = path.join(to, 'node_modules', name);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.join(ROOT, 'node_modules', name), link);
  }
  const commands = path.join(to, '../.bin');
  fs.mkdirSync(commands);
  for (const [command, file] of Object.entries<string>(bin)) {
    fs.chmodSync(path.join(to, file), 0o755);
    fs.symlinkSync(path.join(to, file), path.join(commands, command));
  }
}
