// The two test projects: `unit` starts no PostgreSQL, `database` does. The imports of a file decide its project. On a server
// that TEST_DATABASE_URL names, tests that start one of their own would prove nothing new, and are left out, as are long ones
// that are the same on every version.

import fs from 'node:fs';
import path from 'node:path';

/** Modules that only tests with a database import, directly or through other files below test/. */
const NEEDS_POSTGRES = [/^pg$/, /\/src\/embedded\//];
const STARTS_POSTGRES = [/\/src\/embedded\/postgres\.ts$/];

/** Of models and of Node's side, or of a pooler. */
const ALIKE = ['dispatcher/floor-model', 'dispatcher/lost-slots', 'postgres/pgbouncer', 'postgres/shared-backend'];
const isAlike = (file: string) => ALIKE.some((name) => file === `test/${name}.test.ts`);

/** An import of more than types, at the start of its line: what stands further in is text of a test about imports. */
const IMPORT = /^(?:import|export)\s+(?!type\b)[^'"`;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;

/** Reads a file of the repository; undefined if it does not exist. */
export type ReadFile = (file: string) => string | undefined;

/** Whether the file, or a file below test/ that it imports, connects to or starts a PostgreSQL. */
export const needsDatabase = (file: string, read: ReadFile) => imports(file, NEEDS_POSTGRES, read);

/** Whether the file, or a file below test/ that it imports, starts a PostgreSQL. */
export const startsServer = (file: string, read: ReadFile) => imports(file, STARTS_POSTGRES, read);

function imports(file: string, modules: RegExp[], read: ReadFile, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const named = [...(read(file) ?? '').matchAll(IMPORT)].map(([, from, bare]) => (from ?? bare) as string);
  return named.some((imported) => {
    if (modules.some((pattern) => pattern.test(imported))) return true;
    const target = path.posix.join(path.posix.dirname(file), imported);
    return imported.startsWith('.') && target.startsWith('test/') && imports(target, modules, read, seen);
  });
}

/**
 * The test files of each project, relative to the repository.
 *
 * @param serverIsGiven the tests run on a server that TEST_DATABASE_URL names
 */
export function sortTests(root: string, serverIsGiven = false): { unit: string[]; database: string[] } {
  const read: ReadFile = (file) => {
    const absolute = path.join(root, file);
    return fs.existsSync(absolute) ? fs.readFileSync(absolute, 'utf8') : undefined;
  };
  const tests = fs
    .globSync('test/**/*.test.ts', { cwd: root, exclude: (name) => name.endsWith('node_modules') })
    .map((file) => file.split(path.sep).join('/'));
  const database = tests.filter((file) => needsDatabase(file, read));
  const unit = tests.filter((file) => !database.includes(file));
  return {
    unit,
    database: serverIsGiven ? database.filter((file) => !isAlike(file) && !startsServer(file, read)) : database,
  };
}
