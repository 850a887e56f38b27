import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { cliReference, commandsTable } from '../../src/cli/reference.ts';

test('docs/cli.md is what the commands say (npm test -- -u test/cli/reference.test.ts writes it)', async () => {
  await expect(cliReference(buildProgram())).toMatchFileSnapshot('../../docs/cli.md');
});

test('the README has a row for each command, with its verbs', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`## Commands\n\n${commandsTable(buildProgram())}\n`);
});
