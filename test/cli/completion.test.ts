// Completion as the shells do it, with the shells that are here.
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { runHere } from './command.ts';

const scripts: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) scripts[shell] = (await runHere(['completion', shell])).stdout;
});

/** What bash offers after this line. */
function bash(line: string): string[] {
  const words = line.split(' ');
  const script = `${scripts.bash}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_pgtaskqueue; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
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

test('another shell is refused', async () => {
  expect(await runHere(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bash, zsh, fish'),
  });
});
