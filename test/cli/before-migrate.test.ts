// Before `migrate` has run, every command that needs the database says so, and exits with 78.

import type { Command } from 'commander';
import { afterEach, expect, test, vi } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { runHere } from './command.ts';

/** Commands that need no schema: they make it, bring a database of their own, or need none. */
const NEED_NO_SCHEMA = ['migrate', 'dev', 'completion', 'complete-queues', 'complete-cells', 'keys generate'];

/** What the commands are given: by name of the argument or of the mandatory option. */
const GIVEN: Record<string, string[]> = {
  'queues create': ['q'],
  'queues purge': ['q', '--yes'],
  'queues delete': ['q', '--yes'],
  'queues watch': ['--count', '1'],
  'queues apply': ['queue.yaml'],
  'targets set': ['t', 'http://127.0.0.1:1'],
  'keys rotate': ['t', '--reference', 'env:KEY'],
  'keys revoke': ['t', '--reference', 'env:KEY'],
  'tasks requeue': ['q', 'x'],
  'tasks release': ['q', 'x', '--lease-token', '01234567-89ab-4def-8123-456789abcdef'],
  'tasks move': ['q', '--to', 'postgresql://127.0.0.1:1/x'],
  'tasks import': ['q', 'tasks.ndjson'],
  'tasks send': ['--url', '/a'],
  'tokens create': ['a@example.com', '--scope', 'taskqueue'],
  'cron apply': ['cron.yaml'],
  worker: ['q', '--exec', 'true'],
  serve: ['--port', '0'],
  relay: ['--config', 'relay.yaml'],
  import: ['--from', 'pg-boss', '--source', 'env:DATABASE_URL'],
};

const FILES = {
  'tasks.ndjson': '{"batch": "00000000-0000-4000-8000-000000000001"}\n',
  'relay.yaml': 'sources:\n- name: shop\n  url: env:DATABASE_URL\n',
  'queue.yaml': 'queue:\n- name: q\n  rate: 1/s\n',
  'cron.yaml': 'cron:\n- url: /a\n  schedule: every 5 minutes\n',
};

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
});

const program = buildProgram();
const commands = program.commands.flatMap((noun) => (noun.commands.length > 0 ? noun.commands : [noun]));

const nameOf = (command: Command) =>
  command.parent === program ? command.name() : `${command.parent?.name()} ${command.name()}`;

/** The shortest command line that is complete. */
function completeLine(command: Command): string[] {
  const name = nameOf(command);
  const positional = command.registeredArguments.filter(({ required }) => required).map((argument) => argument.name());
  const options = command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long as string, 'x']);
  return [...name.split(' '), ...(GIVEN[name] ?? [...positional.map(() => 'x'), ...options])];
}

test.each(commands.map(nameOf).filter((name) => !NEED_NO_SCHEMA.includes(name)))('%s', async (name) => {
  const { url } = await bareDatabase();
  const cwd = temporaryFolder();
  writeFiles(cwd, FILES);
  process.chdir(cwd);
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('KEY', 'a'.repeat(40));
  const command = commands.find((one) => nameOf(one) === name) as Command;
  const { code, stdout, stderr } = await runHere(completeLine(command));
  expect(`${code} ${stdout}${stderr}`).toMatch(/^78 /);
  expect(stderr).toMatch(/run pgtaskqueue migrate/i);
  expect(stdout).toBe('');
});
