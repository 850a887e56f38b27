// An application that bundlers have made one program of, package included, migrates a database and serves it.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import esbuild from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import webpack from 'webpack';
import { readRequiredVersion } from '../../src/schema/migrate/migration-files.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { sharedFolder, writeFiles } from '../support/folder.ts';
import { packedProject } from '../support/packed.ts';

const APPLICATION = `
import { TaskQueues } from 'pgtaskqueue';
import { createServer, migrate } from 'pgtaskqueue/server';

async function main(database) {
  const { version } = await migrate(database);
  const server = createServer({ database, port: 0 });
  await server.start();
  const { status } = await fetch(server.url + '/readyz');
  const page = await (await fetch(server.url + '/console')).text();
  const files = [...page.matchAll(/"(assets\\/[^"]+)"/g)].map(([, file]) => file);
  const found = await Promise.all(files.map(async (file) => (await fetch(server.url + '/console/' + file)).ok));
  await server.stop();
  const queues = new TaskQueues({ database });
  await queues.createQueue('bundled', { mode: 'pull' });
  await queues.queue('bundled').add({ payload: 'x' });
  const [task] = await queues.queue('bundled').leaseTasks({ leaseSeconds: 60, maxTasks: 1 });
  await queues.close();
  process.stdout.write(JSON.stringify({ version, status, console: found.length >= 3 && found.every(Boolean), payload: String(task?.payload) }));
}

main(process.env.DATABASE_URL).catch((error) => {
  console.error(error);
  process.exit(1);
});
`;

const { folder: project } = await packedProject();
const output = sharedFolder(); // with no node_modules beside or above it
const entry = path.join(project, 'application.js');

beforeAll(() => writeFiles(project, { 'application.js': APPLICATION }));

/** graphile-worker can read a configuration written in TypeScript, with the compiler; here there is none. */
const OUTSIDE = ['typescript'];

/** esbuild leaves the `require` calls of CommonJS packages in a module, which has none. */
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

async function withEsbuild(options: esbuild.BuildOptions, outfile: string): Promise<string[]> {
  const { warnings } = await esbuild.build({
    ...{ entryPoints: [entry], outfile: path.join(output, outfile), bundle: true },
    ...{ platform: 'node', logLevel: 'silent', external: OUTSIDE },
    ...options,
  });
  return warnings.map(({ text }) => text);
}

async function withWebpack(options: webpack.Configuration, outfile: string): Promise<string[]> {
  const externals = OUTSIDE.map((name) => ({ [name]: `commonjs ${name}` }));
  const common = { mode: 'production', entry, target: 'node22', externals, optimization: { minimize: false } } as const;
  const place = { ...options.output, path: path.dirname(path.join(output, outfile)), filename: path.basename(outfile) };
  const { promise, resolve, reject } = Promise.withResolvers<webpack.Stats>();
  webpack({ ...common, ...options, output: place }, (error, stats) => (stats ? resolve(stats) : reject(error)));
  const { errors = [], warnings = [] } = (await promise).toJson({ errors: true, warnings: true });
  expect(errors).toEqual([]);
  return warnings.map(({ message }) => message);
}

test.each<[string, (file: string) => Promise<string[]>, string]>([
  ['esbuild, module', (file) => withEsbuild({ format: 'esm', banner: { js: REQUIRE } }, file), 'esbuild.mjs'],
  ['esbuild, CommonJS', (file) => withEsbuild({ format: 'cjs' }, file), 'esbuild.cjs'],
  ['esbuild, minified', (file) => withEsbuild({ format: 'cjs', minify: true }, file), 'minified.cjs'],
  ['webpack, CommonJS', (file) => withWebpack({}, file), 'webpack/main.cjs'],
  [
    'webpack, module',
    (file) => withWebpack({ experiments: { outputModule: true }, output: { module: true } }, file),
    'webpack-module/main.mjs',
  ],
])('%s', async (_, bundle, file) => {
  const warnings = await bundle(file);
  expect(warnings.filter((warning) => warning.includes('pgtaskqueue'))).toEqual([]);
  const { url } = await bareDatabase();
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(output, file)], {
    cwd: output,
    env: { DATABASE_URL: url },
    encoding: 'utf8',
    timeout: 60_000,
  });
  const { version } = readRequiredVersion();
  expect(stdout, stderr).toBe(JSON.stringify({ version, status: 200, console: true, payload: 'x' }));
  expect(stderr).not.toMatch(/"level":"(warn|error)"/);
});
