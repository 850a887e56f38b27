// Root "prepare" script, which npm runs after `npm ci` in a clone and before it packs. It makes a clone usable at once:
// the packaged Node and the command pgtaskqueue in node_modules/.bin, and the package built in dist.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { platform, arch, execPath, versions } = process;
const windows = platform === 'win32';
const BIN = path.resolve('node_modules/.bin');

// npm >= 11 links node_modules/.bin/node by itself; npm 10 removes the link again when it skips the packages of other platforms.
function linkNode() {
  const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${windows ? 'win' : platform}-${arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    if (!windows) link('node', path.join(path.dirname(manifest), 'bin/node'));
  } catch {
    const [major = 0, minor = 0] = versions.node.split('.').map(Number);
    if (major < 22 || (major === 22 && minor < 19))
      console.error(
        `pgtaskqueue needs Node >= 22.19; this is ${versions.node} and none is packaged for ${platform}-${arch}`,
      );
  }
}

// npm links the commands of dependencies, not those of the package itself: so that `npx pgtaskqueue` is the same here and in an application.
function linkCommand() {
  const main = path.resolve('src/main.ts');
  if (windows) fs.writeFileSync(path.join(BIN, 'pgtaskqueue.cmd'), `@node "${main}" %*\r\n`);
  else link('pgtaskqueue', main);
}

function link(command, target) {
  const bin = path.join(BIN, command);
  if (!fs.existsSync(bin)) fs.symlinkSync(path.relative(BIN, target), bin);
}

// For `import … from 'pgtaskqueue'` in a file of the clone, and for applications that install it from a folder or from git.
function build() {
  if (!fs.existsSync('node_modules/typescript')) return; // installed without the development dependencies
  process.exitCode = spawnSync(execPath, ['test/build/build.mjs'], { stdio: 'inherit' }).status ?? 1;
}

fs.mkdirSync(BIN, { recursive: true });
linkNode();
linkCommand();
build();
