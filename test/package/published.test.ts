// The package as npm gets it: nothing in it for development, nothing missing, and the same each time.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, onTestFinished, test } from 'vitest';
import { copyClone, readyClone } from '../docs/clone.ts';
import { packedProject } from '../support/packed.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const project = await packedProject();
const place = path.join(project.folder, 'node_modules/pgtaskqueue');
const manifest = JSON.parse(fs.readFileSync(path.join(place, 'package.json'), 'utf8'));
const files = fs
  .readdirSync(place, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile())
  .map((one) => path.relative(place, path.join(one.parentPath, one.name)))
  .sort();

test('the manifest has nothing for development: npm runs no script of it and warns of none', () => {
  for (const key of ['devDependencies', 'allowScripts']) expect(manifest).not.toHaveProperty(key);
  expect(Object.keys(manifest.scripts)).toEqual(['postpack']);
  const { version, exports, dependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({ version, exports, dependencies });
});

test('the manifest says where the package comes from', () => {
  const origin = 'https://github.com/pgtaskqueue/pgtaskqueue';
  expect(manifest).toMatchObject({
    homepage: `${origin}#readme`,
    bugs: `${origin}/issues`,
    repository: { type: 'git', url: `git+${origin}.git` },
    license: 'MIT',
  });
});

test('its folders are the program, its documentation and its examples', () => {
  expect([...new Set(files.map((file) => file.split('/')[0]))]).toEqual([
    ...['LICENSE', 'README.md', 'dist', 'docs', 'examples', 'package.json'],
  ]);
  expect(files.filter((file) => /^(dist|docs)\//.test(file) && !/\.(js|d\.ts|md|json)$/.test(file))).toEqual([]);
  expect(files.filter((file) => file.startsWith('docs/images/'))).toEqual([]);
});

test('every module is one that an entry point or the command leads to, and so is every declaration', () => {
  const { bin, exports } = manifest as { bin: Record<string, string>; exports: Record<string, unknown> };
  const named = JSON.stringify([bin, exports]).match(/\.\/[^"]+/g) ?? [];
  const used = new Set(named.map((file) => path.posix.normalize(file)));
  for (const file of used) {
    if (!/\.(js|ts)$/.test(file)) continue;
    const text = fs.readFileSync(path.join(place, file), 'utf8');
    for (const [, to = ''] of text.matchAll(/(?:from|import|require)[\s(]*['"](\.[^'"]+)['"]/g)) {
      const next = path.posix.join(path.posix.dirname(file), to);
      used.add(file.endsWith('.d.ts') ? next.replace(/(?<!\.d)\.ts$/, '.d.ts') : next);
    }
  }
  const modules = files.filter((file) => file.startsWith('dist/') && file !== 'dist/require/package.json');
  expect(modules.filter((file) => !used.has(file))).toEqual([]);
});

test('the links of its README lead to pages of the package, or to the web', () => {
  const text = fs.readFileSync(path.join(place, 'README.md'), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to]) => to as string);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((to) => !fs.existsSync(path.join(place, to)))).toEqual([]);
});

test('the changelog has the form of Keep a Changelog', () => {
  const text = fs.readFileSync(path.join(place, 'docs/CHANGELOG.md'), 'utf8');
  const headings = [...text.matchAll(/^##+ .*$/gm)].map(([heading]) => heading);
  const release = /^## \[(Unreleased|\d+\.\d+\.\d+)\]( - \d{4}-\d\d-\d\d)?$/;
  const kind = /^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/;
  expect(headings.filter((one) => !release.test(one) && !kind.test(one))).toEqual([]);
  for (const [, name] of headings.join('\n').matchAll(/^## \[(.+?)\]/gm))
    expect(text).toContain(`\n[${name}]: https://`);
});

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: place, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('npm pack in a clone makes the same file, and leaves the clone as it was', async () => {
  const clone = copyClone(await readyClone());
  onTestFinished(() => fs.rmSync(clone, { recursive: true, force: true }));
  for (const made of ['dist', ...fs.globSync('*.tgz', { cwd: clone })])
    fs.rmSync(path.join(clone, made), { recursive: true });
  execFileSync('npm', ['pack', '--silent'], { cwd: clone });
  const [again = ''] = fs.globSync('*.tgz', { cwd: clone });
  const hash = (file: string) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  expect(hash(path.join(clone, again))).toBe(hash(project.tarball));
  const read = (folder: string) => fs.readFileSync(path.join(folder, 'package.json'), 'utf8');
  expect(read(clone)).toBe(read(ROOT));
});
