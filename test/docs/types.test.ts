// The TypeScript of all pages passes a strict compiler, in a clone as npm leaves it.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFiles } from '../support/folder.ts';
import { copyClone, readyClone } from './clone.ts';
import { allPages, blocksOf, ROOT } from './page.ts';

let clone: string;
beforeAll(async () => {
  clone = copyClone(await readyClone());
});
afterAll(() => fs.rmSync(clone, { recursive: true, force: true }));

/** What `tsc --init` asks for, which is stricter than `strict`, and what Node demands of programs it runs as they are. */
const STRICT = {
  compilerOptions: {
    ...{ target: 'esnext', module: 'nodenext', types: ['node'], noEmit: true, skipLibCheck: true },
    ...{ allowImportingTsExtensions: true },
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
    ...{ verbatimModuleSyntax: true, isolatedModules: true, moduleDetection: 'force', erasableSyntaxOnly: true },
    ...{ allowImportingTsExtensions: true },
  },
};

function check(files: Record<string, string>): string {
  const folder = fs.mkdtempSync(path.join(clone, 'pages-'));
  writeFiles(folder, { ...files, 'tsconfig.json': JSON.stringify(STRICT) });
  const { stdout } = spawnSync(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}

test('every snippet', () => {
  const snippets = allPages()
    .filter((page) => !page.startsWith('docs/reference/')) // signatures, not programs
    .flatMap(blocksOf)
    .filter(({ language }) => language === 'ts');
  expect(snippets.length).toBeGreaterThan(15);
  const files = snippets.map(({ at, file, text }) => [
    // Snippets of a page import each other by the names in their first lines.
    `${at.replace(/:\d+$/, '').replaceAll('.', '-')}/${file ?? `${at.replaceAll(/[:.]/g, '-')}.ts`}`,
    text,
  ]);
  expect(new Set(files.map(([name]) => name)).size, 'two snippets of a page have one name').toBe(files.length);
  expect(check(Object.fromEntries(files))).toBe('');
});

test('the application of examples/orders', () => {
  const folder = path.join(ROOT, 'examples/orders/typescript');
  const files = fs.globSync('*.ts', { cwd: folder });
  expect(files).toContain('app.ts');
  const texts = files.map((file) => [file, fs.readFileSync(path.join(folder, file), 'utf8')]);
  expect(check(Object.fromEntries(texts))).toBe('');
});

test('a mistake is found', () => {
  const text = `import { TaskQueues } from 'pgtaskqueue'\nnew TaskQueues({ database: process.env.DATABASE_URL })\n`;
  expect(check({ 'mistake.ts': text })).toContain('mistake.ts(2,18): error TS');
});
