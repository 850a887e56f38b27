// The reference of errors, written from the table of errors and the docstrings of their classes.

import fs from 'node:fs';
import path from 'node:path';
import { errorTable } from '../../src/domain/error-table.ts';

const DOMAIN = path.resolve(import.meta.dirname, '../../src/domain');

/** The text of docs/reference/errors.md. */
export function errorsReference(): string {
  const about = classDocs();
  const rows = errorTable.map(({ sqlState, errorClass, httpStatus, exitCode }) => {
    const state = sqlState ? `\`${sqlState}\`` : '–';
    return `| ${state} | \`${errorClass.name}\` | ${httpStatus} | ${exitCode} | ${about.get(errorClass.name)} |`;
  });
  return `# Errors

Written from the source by \`npm run generate\`.

SQL raises an error with its SQLSTATE. The message says what was expected and what was given, the hint what to do, and the detail is
JSON for programs. TypeScript throws the class. All classes extend \`TaskQueueError\` and have \`code\`, \`sqlState\`, \`retryable\`,
\`detail\`, \`hint\` and \`cause\`. HTTP answers with the status, the command line ends with the exit code. An error with
\`retryable: true\` is always 503 and 75.

| SQLSTATE | class | HTTP | exit | meaning |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** The docstring of each class, in one line. */
function classDocs(): Map<string, string> {
  const texts = ['errors.ts', 'task-errors.ts', 'task-queue-error.ts', 'config-error.ts'].map((file) =>
    fs.readFileSync(path.join(DOMAIN, file), 'utf8'),
  );
  const found = texts.join('\n').matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\nexport class (\w+)/g);
  return new Map(
    Array.from(found, ([, comment = '', name = '']) => [name, comment.replaceAll(/\s*\n?\s*\* ?|\s+/g, ' ').trim()]),
  );
}
