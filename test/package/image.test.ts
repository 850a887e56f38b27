// The image, as far as it goes without a container engine: its Dockerfile is followed into a folder, which then is the
// root of a process as containers have it: another user, read-only files, process 1.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../src/embedded/ports.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { buildImage, readDockerfile } from '../support/dockerfile.ts';
import { sharedFolder } from '../support/folder.ts';
import { copyPackage, packageWithDependencies, productionPackages } from '../support/packed.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, '.ci', file), 'utf8');

const stages = readDockerfile(read('Dockerfile'));
const last = stages.at(-1)?.instructions ?? [];
const rest = (word: string) => last.find((one) => one.word === word)?.rest ?? '';
const list = (word: string): string[] => JSON.parse(rest(word).replace(/^[^[]*/, ''));

test('the last stage installs nothing, has labels, and runs as a user by number', () => {
  const runs = last.filter(({ word }) => word === 'RUN').map((one) => one.rest);
  expect(runs).toEqual([expect.stringMatching(/^rm -rf .*\/npm /)]);
  expect(rest('USER')).toBe('65534:65534');
  for (const label of ['title', 'description', 'licenses', 'version'])
    expect(rest('LABEL')).toContain(`org.opencontainers.image.${label}=`);
  expect(read('Dockerfile')).toMatch(/^ARG NODE=node:\d+\.\d+\.\d+-\w+-slim$/m);
});

const confinable =
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status === 0;
if (!confinable) console.warn('skipped: running the image, which needs root and namespaces');

describe.runIf(confinable)('a container', () => {
  const folder = sharedFolder();
  let root: string;

  beforeAll(() => {
    const context = path.join(folder, 'context');
    for (const line of read('Dockerfile.dockerignore')
      .split('\n')
      .filter((one) => one.startsWith('!')))
      fs.cpSync(path.join(ROOT, line.slice(1)), path.join(context, line.slice(1)), { recursive: true });
    root = buildImage(stages, context, folder, {
      'npm ci --ignore-scripts': (place) => fs.symlinkSync(path.join(ROOT, 'node_modules'), `${place}/node_modules`),
      'npm run build': (place) => execFileSync('npm', ['run', '--silent', 'build'], { cwd: place }),
      // What it changes in the manifest, the stand-in for the next command does.
      "npm pkg delete 'devDependencies.@grpc/grpc-js' && npm pkg set 'dependencies.@grpc/grpc-js=*'": () => {},
      'npm prune --omit=dev --omit=optional --omit=peer --ignore-scripts': (place) => {
        fs.rmSync(`${place}/node_modules`);
        const kept = new Set([...productionPackages(), ...packageWithDependencies('@grpc/grpc-js')]);
        for (const file of kept) copyPackage(file, place);
      },
      [last.find(({ word }) => word === 'RUN')?.rest ?? '']: () => {},
    });
    addNode(root);
  });

  test('has what runs, and no tools', () => {
    expect(fs.readdirSync(path.join(root, 'app')).sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json']);
    const packages = fs.readdirSync(path.join(root, 'app/node_modules'));
    expect(packages).toEqual(expect.arrayContaining(['pg', '@grpc']));
    expect(packages.filter((name) => /typescript|esbuild|vitest|embedded/.test(name))).toEqual([]);
  });

  test('cannot write to its files', async () => {
    const { code, stderr } = await ended(contain(root, ['node', '-e', `fs.writeFileSync('/app/dist/x', '')`]));
    expect([code, stderr]).toEqual([1, expect.stringContaining('EROFS')]);
  });

  test('migrates, serves, is healthy, and stops on SIGTERM as process 1', async () => {
    const proxy = await tcpProxy((await bareDatabase()).url);
    onTestFinished(() => proxy.close());
    const env = { DATABASE_URL: proxy.url, PGTASKQUEUE_PORT: String(await freePort(0)), PGTASKQUEUE_TOKEN: 'x' };
    const entry = list('ENTRYPOINT');
    expect(await ended(contain(root, [...entry, 'migrate'], env))).toMatchObject({ code: 0, stderr: '' });
    const server = contain(root, [...entry, ...list('CMD')], env);
    const end = ended(server);
    const healthy = async () => (await ended(contain(root, list('HEALTHCHECK'), env))).code;
    await expect.poll(healthy, { interval: 200 }).toBe(0);
    expect(await identity(server)).toEqual({ uid: 65534, namespacePid: 1 });
    process.kill(processOne(server), 'SIGTERM');
    expect(await end).toMatchObject({ code: 0, stderr: expect.stringContaining('Stopping') });
    expect(await healthy()).toBe(1);
  });

  test('that is stopped while it starts ends, too', async () => {
    const { url } = await bareDatabase();
    await migrate(url);
    const proxy = await tcpProxy(url);
    onTestFinished(() => proxy.close());
    proxy.freeze();
    const env = { DATABASE_URL: proxy.url, PGTASKQUEUE_PORT: String(await freePort(0)), PGTASKQUEUE_TOKEN: 'x' };
    const server = contain(root, [...list('ENTRYPOINT'), ...list('CMD')], env);
    const end = ended(server);
    await expect.poll(() => proxy.connections()).toBeGreaterThan(0);
    process.kill(processOne(server), 'SIGTERM');
    proxy.thaw();
    expect(await end).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('Stopping') });
  });
});

/** The base image's part: Node, and the libraries that it is linked with. */
function addNode(root: string): void {
  const node = fs.realpathSync(process.execPath);
  const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/\S+(?= \()/g) ?? [];
  for (const [from, to] of [[node, '/usr/local/bin/node'], ...libraries.map((file) => [file, file])] as [
    string,
    string,
  ][]) {
    fs.mkdirSync(path.dirname(path.join(root, to)), { recursive: true });
    fs.copyFileSync(fs.realpathSync(from), path.join(root, to));
  }
  for (const name of ['proc', 'dev', 'tmp']) fs.mkdirSync(path.join(root, name));
}

const CONFINE = `set -e
root=$1; place=$2; user=$3; shift 3
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
exec chroot --userspec="$user" --groups= "$root" /usr/local/bin/node -e '
process.chdir(process.argv[1]);
process.execve(process.argv[2], process.argv.slice(2), process.env);
' "$place" "$@"`;

function contain(root: string, [program, ...args]: string[], env: Record<string, string> = {}): ChildProcess {
  const confined = [root, rest('WORKDIR'), rest('USER'), `/usr/local/bin/${program}`, ...args];
  const child = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', CONFINE, 'sh', ...confined],
    {
      // HOME as engines set it for a user without one.
      env: { ...env, HOME: '/', PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream]?.on('data', (chunk) => (texts[stream] += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

/** The process that is 1 in its namespace, by its number out here. */
function processOne({ pid }: ChildProcess): number {
  return Number(fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

const statusOf = (child: ChildProcess, name: string) =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(fs.readFileSync(`/proc/${processOne(child)}/status`, 'utf8'))?.[1] ?? '';

async function identity(child: ChildProcess) {
  return {
    uid: Number(statusOf(child, 'Uid').split(/\s+/)[0]),
    namespacePid: Number(statusOf(child, 'NSpid').split(/\s+/).at(-1)),
  };
}
