// Every file of docs/ that is generated, with the function that writes it.

import { buildProgram } from '../../src/cli/program.ts';
import { cliReference } from '../../src/cli/reference.ts';
import { queueFileSchema } from '../../src/domain/queue-file/queue-schema.ts';
import type { Executor } from '../../src/postgres/executor.ts';
import { promisedNames } from '../promised/surface.ts';
import { cloudTasksReference } from './cloud-tasks.ts';
import { consoleReference } from './console.ts';
import { errorsReference } from './errors.ts';
import { sqlReference } from './sql.ts';
import { typescriptReference } from './typescript.ts';

/** By their paths; the database has the schema. */
export const GENERATED: Record<string, (database: Executor) => string | Promise<string>> = {
  'docs/reference/cli.md': () => cliReference(buildProgram()),
  'docs/reference/cloud-tasks.md': cloudTasksReference,
  'docs/reference/console.md': consoleReference,
  'docs/reference/errors.md': errorsReference,
  'docs/reference/sql.md': sqlReference,
  'docs/reference/typescript.md': typescriptReference,
  'test/promised/names.txt': promisedNames, // after the reference of TypeScript, from which it takes names
  'docs/queue.schema.json': () => `${JSON.stringify(queueFileSchema(), null, 2)}\n`,
};
