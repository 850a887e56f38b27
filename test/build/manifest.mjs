// After the build, `npm pack` and `npm publish`: the published package.json has what applications need. Scripts, packages
// and permissions of development stay here; npm would warn everyone who installs the file that it has a script to run
// (`prepare`). Only the script that undoes this has to stay: npm looks for it in the manifest that it has packed.

import fs from 'node:fs';

const KEPT = 'node_modules/.package.json';
const DEVELOPMENT = ['devDependencies', 'allowScripts'];

/** Before npm packs: the manifest without what is for development. */
function strip() {
  const text = fs.readFileSync('package.json', 'utf8');
  const { scripts, ...manifest } = JSON.parse(text);
  for (const key of DEVELOPMENT) delete manifest[key];
  manifest.scripts = { postpack: scripts.postpack };
  fs.writeFileSync(KEPT, text);
  fs.writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
}

/** After npm has packed. */
function restore() {
  if (fs.existsSync(KEPT)) fs.renameSync(KEPT, 'package.json');
}

if (process.argv[2] === 'strip') strip();
else restore();
