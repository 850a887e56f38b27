// The languages of examples/orders: how its programs run in each, and whether they can run here.

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export const ORDERS = path.resolve(import.meta.dirname, '../../examples/orders');
const ROOT = path.resolve(ORDERS, '../..');

export type Command = [program: string, ...args: string[]];

export interface Language {
  name: string;
  /** A command that succeeds where the interpreter and its driver are installed. */
  needs: Command;
  /** Prepares the programs in a folder for those that need it: compiles them, or finds their packages. */
  prepare?: (folder: string) => void;
  /** The server; undefined: this language has none. */
  serve?: (port: number) => Command;
  /** Takes an order without a server. */
  order?: Command;
  pack: Command;
}

// Debian's own interpreters: its packages of drivers belong to these.
const [PYTHON, RUBY, PERL, PHP] = ['/usr/bin/python3', '/usr/bin/ruby', '/usr/bin/perl', '/usr/bin/php'] as const;

/** All of them, with programs relative to a copy of the language's folder. */
export const LANGUAGES: Language[] = [
  {
    name: 'typescript',
    needs: [process.execPath, '--version'],
    prepare: linkPackages,
    serve: () => [process.execPath, 'app.ts'],
    pack: [process.execPath, 'pack.ts'],
  },
  {
    name: 'python',
    needs: [PYTHON, '-c', 'import psycopg'],
    serve: () => [PYTHON, 'app.py'],
    pack: [PYTHON, 'pack.py'],
  },
  {
    name: 'ruby',
    needs: [RUBY, '-e', 'require "pg"; require "webrick"'],
    serve: () => [RUBY, 'app.rb'],
    pack: [RUBY, 'pack.rb'],
  },
  {
    name: 'go',
    needs: ['/bin/sh', '-c', 'go version && test -d /usr/share/gocode/src/github.com/lib/pq'],
    prepare: compileGo,
    serve: () => ['./orders'],
    pack: ['./orders', 'pack'],
  },
  {
    name: 'php',
    needs: [PHP, '-r', 'exit(extension_loaded("pdo_pgsql") ? 0 : 1);'],
    serve: (port) => [PHP, '-S', `127.0.0.1:${port}`, 'app.php'],
    pack: [PHP, 'pack.php'],
  },
  {
    name: 'perl',
    needs: [PERL, '-MDBD::Pg', '-MPlack', '-e', '1'],
    serve: (port) => [PERL, '/usr/bin/plackup', '-E', 'deployment', '-o', '127.0.0.1', '-p', String(port), 'app.psgi'],
    pack: [PERL, 'pack.pl'],
  },
  { name: 'psql', needs: ['/bin/sh', '-c', 'psql --version'], order: ['./order.sh'], pack: ['./pack.sh'] },
];

export function isInstalled({ needs: [program, ...args] }: Language): boolean {
  return spawnSync(program, args).status === 0;
}

/** As `npm install` does, with this repository as the package. */
function linkPackages(folder: string): void {
  const modules = path.join(folder, 'node_modules');
  const link = (name: string) => {
    fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  };
  for (const name of ['@hono/node-server', 'hono', 'pg']) link(name);
  const product = path.join(modules, 'pgtaskqueue');
  fs.mkdirSync(product);
  fs.symlinkSync(path.join(ROOT, 'src'), path.join(product, 'src'));
  const exports = { '.': './src/index.ts', './*': './src/*.ts' };
  fs.writeFileSync(
    path.join(product, 'package.json'),
    JSON.stringify({ name: 'pgtaskqueue', type: 'module', exports }),
  );
}

/** Without the module proxy: Debian has the driver's source. */
function compileGo(folder: string): void {
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
  const cache = path.join(folder, '.cache');
  execFileSync('go', ['build', '-o', 'orders', '.'], { cwd: folder, env: { ...env, GOCACHE: cache } });
}
