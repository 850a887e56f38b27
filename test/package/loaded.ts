// The packages that an import brings into a fresh Node, and those that the package's own code imports later, inside
// functions.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** An entry point as a program meets it. */
export interface Loaded {
  /** Packages whose modules it loads, without pgtaskqueue itself. */
  packages: string[];
  /** Names that it exports. */
  names: string[];
  /** Files of pgtaskqueue that it loads. */
  files: string[];
  milliseconds: number;
}

const PROGRAM = `
import { registerHooks } from 'node:module';
const urls = [];
registerHooks({ resolve(name, context, next) { const found = next(name, context); urls.push(found.url); return found; } });
const [how, door] = process.argv.slice(1);
const { createRequire } = await import('node:module');
const require = createRequire(process.cwd() + '/');
const since = performance.now();
const names = Object.keys(how === 'require' ? require(door) : await import(door));
const milliseconds = performance.now() - since;
process.stdout.write(JSON.stringify({ urls, names, milliseconds }));
`;

/**
 * Loads an entry point in a process of its own.
 *
 * @param folder a project in which pgtaskqueue is installed
 * @param how `import` or `require`
 */
export function loadedBy(folder: string, how: 'import' | 'require', door: string): Loaded {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, how, door], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0 || stderr !== '') throw new Error(`${how} of ${door} ended with ${status}: ${stderr}`);
  const { urls, names, milliseconds } = JSON.parse(stdout) as { urls: string[]; names: string[]; milliseconds: number };
  const own = urls.flatMap((url) => /\/node_modules\/pgtaskqueue\/(dist\/.+)$/.exec(url)?.[1] ?? []);
  const packages = new Set(urls.flatMap((url) => packageOf(url) ?? []));
  packages.delete('pgtaskqueue');
  return { packages: [...packages].sort(), names, files: [...new Set(own)], milliseconds };
}

/** The package that a module belongs to; undefined for Node's own. */
function packageOf(url: string): string | undefined {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
}

/** Packages that these files of pgtaskqueue, and those that they load later, import inside functions. */
export function importedLater(folder: string, files: readonly string[]): string[] {
  const own = path.join(folder, 'node_modules/pgtaskqueue');
  const found = new Set<string>();
  const seen = new Set(files);
  const walk = (file: string, later: boolean) => {
    const text = fs.readFileSync(path.join(own, file), 'utf8');
    const lazy = [...text.matchAll(/\bimport\((?:\/\*.*?\*\/)?\s*['"]([^'"]+)['"]\s*\)/g)].map(
      ([, name]) => name as string,
    );
    const eager = later
      ? [...text.matchAll(/^(?:import|export) (?:[^;'"]* from )?['"]([^'"]+)['"];/gm)].map(([, name]) => name as string)
      : [];
    for (const name of [...lazy, ...eager]) {
      if (!name.startsWith('.')) {
        if (!name.startsWith('node:')) found.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] as string);
        continue;
      }
      const next = path.posix.join(path.posix.dirname(file), name);
      if (seen.has(next)) continue;
      seen.add(next);
      walk(next, true);
    }
  };
  for (const file of files) if (file.endsWith('.js')) walk(file, false);
  return [...found].sort();
}
