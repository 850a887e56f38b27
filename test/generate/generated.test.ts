// Every generated file says what the source and the database say, and leaves nothing out.

import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../../src/domain/error-table.ts';
import { functions } from '../../src/schema/functions.ts';
import { useDatabase } from '../support/db.ts';
import { commentAsMarkdown, firstSentence } from './comments.ts';
import { GENERATED } from './pages.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const database = useDatabase();
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

test.each(Object.entries(GENERATED))('%s is up to date (npm run generate)', async (file, generate) => {
  expect(read(file)).toBe(await generate(database.pool));
});

test('the reference of SQL has each function, and each argument of those for users', () => {
  const page = read('docs/reference/sql.md');
  const [users = '', own = ''] = page.split('## For the server and the client library');
  const sections = new Map(users.split('\n### ').map((section) => [section.split('\n')[0], section]));
  for (const [name, given] of Object.entries(functions)) {
    const section = sections.get(name);
    if (section === undefined) expect(own).toContain(`| \`${name}\` |`);
    else for (const argument of Object.keys(given)) expect(section, name).toMatch(new RegExp(`\\b${argument} `));
  }
  expect(sections.size).toBeGreaterThan(35);
});

test('the reference of errors has a meaning for each class', () => {
  const rows = [...read('docs/reference/errors.md').matchAll(/^\| .+ \| `(\w+)` \| \d+ \| \d+ \| (.+) \|$/gm)];
  expect(rows.map(([, name]) => name)).toEqual(errorTable.map(({ errorClass }) => errorClass.name));
  expect(rows.filter(([, , meaning]) => meaning === 'undefined')).toEqual([]);
});

test('the reference of TypeScript has each export of each entry point that is a value', async () => {
  const page = read('docs/reference/typescript.md');
  const { exports } = JSON.parse(read('package.json'));
  for (const entryPoint of Object.keys(exports).filter((one) => one !== './package.json')) {
    const [, section = ''] = page.split(`\n## pgtaskqueue${entryPoint.slice(1)}\n`);
    const names = Object.keys(await import(`${ROOT}/src/${entryPoint === '.' ? 'index' : entryPoint.slice(2)}.ts`));
    for (const name of names)
      expect(section.split('\n## ')[0], entryPoint).toMatch(
        new RegExp(`^### ${name}$|\\[\`${name}\`\\]\\(errors.md`, 'm'),
      );
  }
});

describe('a comment', () => {
  const comment = `Adds one task, e.g. this one. It is
quick.

Arguments:
- queue: name of a
  queue; null: /<queue>
- countdown, eta: when

Returns the task.

Raises: TQ001 unknown queue.

Example:
    select 1;
      select 2;`;

  test('is Markdown', () => {
    expect(commentAsMarkdown(comment)).toBe(`Adds one task, e.g. this one. It is
quick.

| argument | meaning |
|---|---|
| \`queue\` | name of a queue; null: /&lt;queue> |
| \`countdown\`, \`eta\` | when |

**Returns** the task.

**Raises** TQ001 unknown queue.

\`\`\`sql
select 1;
  select 2;
\`\`\``);
  });

  test('has a first sentence', () => {
    expect(firstSentence('Adds 1.5 tasks.\nIt is quick.')).toBe('Adds 1.5 tasks.');
  });
});
