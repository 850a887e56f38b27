// The package as it is published, in an application's folder that has what npm installs with it and nothing more.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll } from 'vitest';
import { makeProject, packedIn, readyClone } from '../docs/clone.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A project with the packed package, and the package itself as a file. */
export interface PackedProject {
  folder: string;
  tarball: string;
}

/**
 * Makes the project; call it once, outside the tests.
 *
 * @param others further packages that the application has installed
 */
export async function packedProject(others: readonly string[] = []): Promise<PackedProject> {
  const tarball = packedIn(await readyClone());
  const folder = makeProject();
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  const installed = productionPackages({ optional: true }).filter((file) => fs.existsSync(path.join(ROOT, file)));
  for (const file of installed) copyPackage(file, folder);
  for (const name of others) copyPackage(path.join('node_modules', name), folder);
  const own = path.join(folder, 'node_modules/pgtaskqueue');
  fs.mkdirSync(own);
  execFileSync('tar', ['-xzf', tarball, '-C', own, '--strip-components=1']);
  return { folder, tarball };
}

/**
 * The folders of what npm leaves without development and peer dependencies, relative to the repository.
 *
 * @param options optional: true: with optional dependencies, which npm installs by default
 */
export function productionPackages({ optional: optionals = false } = {}): string[] {
  const { packages } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: true; devOptional?: true; optional?: true; peer?: true }>;
  };
  return Object.entries(packages)
    .filter(([, { dev, devOptional, optional, peer }]) => !(dev || devOptional || peer || (optional && !optionals)))
    .map(([folder]) => folder)
    .filter((folder) => folder.startsWith('node_modules/'));
}

/** The folders of a package and of all that it depends on, relative to the repository. */
export function packageWithDependencies(name: string): string[] {
  const { packages } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dependencies?: Record<string, string> }>;
  };
  const found = new Set<string>();
  const add = (folder: string) => {
    if (found.has(folder)) return;
    found.add(folder);
    for (const dependency of Object.keys(packages[folder]?.dependencies ?? {})) {
      const nested = `${folder}/node_modules/${dependency}`;
      add(nested in packages ? nested : `node_modules/${dependency}`);
    }
  };
  add(`node_modules/${name}`);
  return [...found];
}

/** A copy below another folder, since a bundler would find everything that stands beside the target of a link. */
export function copyPackage(file: string, project: string): void {
  const nested = path.join(ROOT, file, 'node_modules');
  fs.cpSync(path.join(ROOT, file), path.join(project, file), {
    recursive: true,
    filter: (source) => source !== nested,
  });
}
