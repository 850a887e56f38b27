import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { cliReference } from '../../src/cli/reference.ts';

test('docs/cli.md is generated from the commands (npm test -- -u test/cli/reference.test.ts writes it)', async () => {
  await expect(cliReference(buildProgram())).toMatchFileSnapshot('../../docs/cli.md');
});
