// Each entry point alone, in a process of its own, in an application that has the packed package: which packages it
// loads, which it loads later, and that `require` gives the same as `import`.

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageWithDependencies, packedProject } from '../support/packed.ts';
import { DOORS } from './doors.ts';
import { importedLater, loadedBy } from './loaded.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const { folder } = await packedProject();
const { exports, dependencies, peerDependencies, typesVersions } = JSON.parse(
  fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
);
const entryPoints = Object.keys(exports).filter((one) => one !== './package.json');
const doors = entryPoints.map((one) => `pgtaskqueue${one.slice(1)}`);
const ours = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];

/** All packages that come with these. */
const broughtBy = (names: readonly string[]) =>
  new Set(names.flatMap(packageWithDependencies).map((place) => place.replace(/^.*node_modules\//, '')));

test('each entry point has a row in the table, and no other', () => {
  expect(Object.keys(DOORS).sort()).toEqual(doors.sort());
});

test('docs/guide/install.md has the same table', () => {
  const page = fs.readFileSync(path.join(ROOT, 'docs/guide/install.md'), 'utf8');
  const rows = page.matchAll(/^\| `(pgtaskqueue[\w/-]*)` \| [^|]+ \| ([^|]*) \| ([^|]*) \|$/gm);
  const names = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  const shown = [...rows].map(([, door, loads, later]) => [door, { loads: names(loads), later: names(later) }]);
  expect(Object.fromEntries(shown)).toEqual(DOORS);
});

test('each entry point has its types in typesVersions, for compilers that know no exports', () => {
  const named = entryPoints.filter((one) => one !== '.').map((one) => one.slice(2));
  expect(typesVersions).toEqual({ '*': Object.fromEntries(named.map((one) => [one, [`./dist/${one}.d.ts`]])) });
});

describe.each(doors)('%s', (door) => {
  const { loads = [], later = [] } = DOORS[door] ?? {};

  test('loads what the table says', () => {
    const { packages, files, milliseconds } = loadedBy(folder, 'import', door);
    console.log(`${door}: ${Math.round(milliseconds)} ms, ${files.length} files, ${packages.length} packages`);
    const brought = broughtBy(loads);
    expect(packages.filter((name) => ours.includes(name) && !isBroughtOnly(name, loads))).toEqual(loads);
    expect(packages.filter((name) => !brought.has(name))).toEqual([]);
    expect(importedLater(folder, files).filter((name) => !loads.includes(name))).toEqual(later);
  });

  test('is the same by require', () => {
    const [imported, required] = [loadedBy(folder, 'import', door), loadedBy(folder, 'require', door)];
    expect(required.names.filter((name) => name !== 'module.exports')).toEqual(imported.names);
    expect(required.names.length).toBeGreaterThan(0);
    expect(required.packages).toEqual(imported.packages);
  });
});

/** True: no code of ours loads it here, but a package does that is in the table (picocolors, of graphile-worker). */
function isBroughtOnly(name: string, loads: readonly string[]): boolean {
  return !loads.includes(name) && broughtBy(loads).has(name);
}

test('a package that a door must not load is found', () => {
  fs.mkdirSync(path.join(folder, 'node_modules/heavy'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'node_modules/heavy/index.js'), `require('hono'); exports.a = 1;`);
  expect(loadedBy(folder, 'import', 'heavy')).toMatchObject({ packages: ['heavy', 'hono'] });
});

const others = (process.env.OTHER_NODES ?? '').split(':').filter((one) => one !== '');
if (others.length === 0) console.warn('skipped: other versions of Node; OTHER_NODES=/path/to/node:… names them');

test.each(others)('%s imports and requires each entry point', (node) => {
  const program = `const doors = ${JSON.stringify(doors)};
    const required = doors.map((door) => Object.keys(require(door)).length);
    Promise.all(doors.map((door) => import(door))).then((all) =>
      process.stdout.write(JSON.stringify([required, all.map((one) => Object.keys(one).length)])));`;
  const file = path.join(folder, 'doors.cjs');
  fs.writeFileSync(file, program);
  const { stdout, stderr } = spawnSync(node, [file], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  const [required, imported] = JSON.parse(stdout) as [number[], number[]];
  expect(Math.min(...required, ...imported)).toBeGreaterThan(0);
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(/^v\d+/);
});
