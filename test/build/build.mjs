// `npm run build`: compiles src/ into dist/, writes the package's own files into it, and adds the doors for `require`.
// It is JavaScript because npm runs it with whatever Node there is (test/node-runtime/prepare.mjs).

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DIST = path.join(ROOT, 'dist');
const COMPILER = path.join(ROOT, 'node_modules/typescript/bin/tsc');

fs.rmSync(DIST, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [COMPILER, '-p', 'test/tsconfig.build.json'], {
  cwd: ROOT,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
await embedFiles();
dropUnused();
addRequireDoors();

/**
 * Replaces each module `*.embed.js` by its values. It reads files of the package, which are no longer beside it when an
 * application bundles the package.
 */
async function embedFiles() {
  for (const file of filesOf(DIST).filter((name) => name.endsWith('.embed.js'))) {
    const module = path.join(DIST, file);
    const values = Object.entries(await import(pathToFileURL(module).href));
    fs.writeFileSync(
      module,
      values.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`).join(''),
    );
  }
}

/**
 * What no door and no command leads to is for the repository itself: declarations of the command line, modules of types
 * alone, generators of documentation.
 */
function dropUnused() {
  const doors = fs.readdirSync(DIST).filter((name) => name.endsWith('.js') || name.endsWith('.d.ts'));
  const used = new Set(doors.filter((name) => name !== 'main.d.ts'));
  for (const file of used) {
    const text = fs.readFileSync(path.join(DIST, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)[\s(]*['"](\.[^'"]+)['"]/g))
      used.add(path.join(path.dirname(file), name.replace(/(?<!\.d)\.ts$/, '.d.ts')));
  }
  for (const file of filesOf(DIST)) if (/\.(js|ts)$/.test(file) && !used.has(file)) fs.rmSync(path.join(DIST, file));
}

/**
 * A folder of CommonJS beside the modules, with their declarations. Node's `require` loads modules, but compilers before
 * TypeScript 5.8, and later ones for node16 and node18, demand declarations that are CommonJS.
 */
function addRequireDoors() {
  const folder = path.join(DIST, 'require');
  const declarations = filesOf(DIST).filter((name) => name.endsWith('.d.ts'));
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  for (const file of fs.readdirSync(DIST).filter((name) => name.endsWith('.js') && name !== 'main.js'))
    fs.writeFileSync(path.join(folder, file), `module.exports = require('../${file}');\n`);
  for (const file of declarations) fs.cpSync(path.join(DIST, file), path.join(folder, file));
}

function filesOf(folder) {
  return fs.readdirSync(folder, { recursive: true });
}
