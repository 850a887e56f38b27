// Which modules the command loads before it does anything.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { main } from './command.ts';

const RECORD = `data:text/javascript,
import { registerHooks } from 'node:module';
const urls = [];
registerHooks({ load: (url, context, next) => { if (url.startsWith('file:')) urls.push(url); return next(url, context); } });
process.on('exit', () => process.stderr.write(JSON.stringify(urls)));`;

/** The files of modules that a run loads. */
function loadedBy(...args: string[]): string[] {
  const { stderr } = spawnSync(process.execPath, ['--import', RECORD.replaceAll('\n', ' '), main, ...args], {
    encoding: 'utf8',
  });
  return JSON.parse(stderr);
}

test.each([[['--version']], [['--help']], [['help', 'tasks', 'run']], [['tasks', 'add', '--help']]])(
  '%j loads the definitions of commands and commander, and nothing else',
  (args) => {
    const loaded = loadedBy(...args);
    const packages = loaded.filter((url) => url.includes('/node_modules/'));
    expect(packages.filter((url) => !url.includes('/node_modules/commander/'))).toEqual([]);
    expect(loaded.length).toBeLessThanOrEqual(MOST_MODULES);
    expect(loaded.length).toBeGreaterThan(20); // the recording works
  },
);

/** Of this package and of commander. */
const MOST_MODULES = 40;
