// Completion as the shells do it, with the shells that are here.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { main, runHere } from './command.ts';

const scripts: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) scripts[shell] = (await runHere(['completion', shell])).stdout;
});

/** Prints what bash offers after this line. */
function completing(line: string): string {
  const words = line.split(' ');
  return `${scripts.bash}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_pgtaskqueue; printf '%s\\n' "\${COMPREPLY[@]}"`;
}

function bash(line: string): string[] {
  return spawnSync('bash', ['-c', completing(line)], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);
}

/** What zsh offers, of which it keeps what fits. */
function zsh(line: string): string[] {
  const words = line.split(' ');
  const script = `compdef() { :; }; compadd() { shift; print -l -- "$@"; }
${scripts.zsh}
words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _pgtaskqueue`;
  const { stdout } = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' });
  return stdout.split('\n').filter((word) => word !== '' && word.startsWith(words.at(-1) ?? ''));
}

/** What fish offers. */
function fish(line: string): string[] {
  const script = `${scripts.fish}\ncomplete -C '${line}'`;
  const { stdout } = spawnSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((offer) => offer.split('\t')[0] || []);
}

describe.each([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])('%s', (shell, offers) => {
  const here = spawnSync(shell, ['--version']).status === 0;
  if (!here) console.warn(`skipped: completion in ${shell}, which is not installed`);

  test.runIf(here).each([
    ['pgtaskqueue que', ['queues']],
    ['pgtaskqueue queues p', ['pause', 'purge']],
    ['pgtaskqueue --json queues re', ['resume']],
    ['pgtaskqueue queues pause mail --f', ['--for']],
    ['pgtaskqueue queues pause mail --j', ['--json']],
  ])('%s', (line, offered) => {
    expect(offers(line).sort()).toEqual(offered);
  });

  test.runIf(here)('nothing typed: all nouns', () => {
    expect(offers('pgtaskqueue ')).toEqual(expect.arrayContaining(['queues', 'tasks', 'serve']));
  });
});

describe('names of queues', () => {
  const database = useDatabase();
  let bin: string;
  beforeAll(async () => {
    await database.pool.query(
      `select taskqueue.create_queue('mail'), taskqueue.create_queue('mail-eu'), taskqueue.create_queue('photos')`,
    );
    bin = mkdtempSync(join(tmpdir(), 'completion-'));
    writeFileSync(join(bin, 'pgtaskqueue'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  });

  afterAll(() => rmSync(bin, { recursive: true }));

  /** What bash offers, of the queues of this database. */
  function offered(line: string, url = database.url): { names: string[]; stderr: string } {
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, DATABASE_URL: url };
    const { stdout, stderr } = spawnSync('bash', ['-c', completing(line)], { encoding: 'utf8', env });
    return { names: stdout.split('\n').filter(Boolean).sort(), stderr };
  }

  test.each([
    ['pgtaskqueue tasks list ma', ['mail', 'mail-eu']],
    ['pgtaskqueue queues pause ph', ['photos']],
    ['pgtaskqueue worker def', ['default']],
    ['pgtaskqueue tasks describe mail ma', []],
    ['pgtaskqueue queues create ma', []],
  ])('%s', (line, names) => {
    expect(offered(line)).toEqual({ names, stderr: '' });
  });

  test('the names of cells, and the queues of the chosen one', () => {
    const file = join(bin, 'serve.yaml');
    writeFileSync(
      file,
      `cells: { eu: { database: "${database.url}" }, us: { database: "postgresql://127.0.0.1:1/x" } }`,
    );
    expect(offered(`pgtaskqueue --config ${file} --cell `)).toEqual({ names: ['eu', 'us'], stderr: '' });
    expect(offered(`pgtaskqueue queues list --config ${file} --cell u`)).toEqual({ names: ['us'], stderr: '' });
    expect(offered(`pgtaskqueue --config ${file} --cell eu queues pause ph`, '').names).toEqual(['photos']);
  });

  test('none, in silence, when the database cannot be reached', () => {
    expect(offered('pgtaskqueue tasks list ma', 'postgresql://nobody@127.0.0.1:1/x')).toEqual({
      names: [],
      stderr: '',
    });
  });
});

test('another shell is refused', async () => {
  expect(await runHere(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bash, zsh, fish'),
  });
});
