import { expect, test } from 'vitest';
import { parseSettingsFile } from '../../src/files/settings-file.ts';
import { VARIABLES } from '../../src/server/variables.ts';

const parse = (text: string) => parseSettingsFile(text, 'serve.yaml', Object.keys(VARIABLES));
const settings = (text: string) => parse(text).settings;
const problems = (text: string) => {
  try {
    parse(text);
  } catch (error) {
    return (error as { problems: { line: number; message: string }[] }).problems.map(
      ({ line, message }) => `${line}: ${message}`,
    );
  }
  throw new Error('the file was taken');
};

test('settings are variables without their prefix', () => {
  expect(settings('port: 8200\nhost: 0.0.0.0\ntoken: "abc"\nallow_urls: [hooks.example.com, 10.0.0.0/8]\n')).toEqual({
    PGTASKQUEUE_PORT: '8200',
    PGTASKQUEUE_HOST: '0.0.0.0',
    PGTASKQUEUE_TOKEN: 'abc',
    PGTASKQUEUE_ALLOW_URLS: 'hooks.example.com,10.0.0.0/8',
  });
  expect(parse('')).toEqual({ settings: {}, cells: [], defaultCell: undefined });
});

test('all problems are reported together, with their lines', () => {
  expect(problems('prot: 8200\nport: 1\nport: 2\nhost: {a: 1}\n')).toEqual([
    "1: the file has no key 'prot': did you mean port?",
    '3: the file has the key port twice',
    '4: host must be a value or a list of values',
  ]);
  expect(problems('- a\n')).toEqual(['1: the file must be a mapping of keys and values, got a list']);
});

test('cells are databases by name', () => {
  const cells = 'cells:\n  eu: { database: env:EU_URL }\n  us-2: { database: file:/run/secrets/us }\n';
  const read = [
    { name: 'eu', database: 'env:EU_URL' },
    { name: 'us-2', database: 'file:/run/secrets/us' },
  ];
  expect(parse(`${cells}port: 1\n`)).toEqual({
    settings: { PGTASKQUEUE_PORT: '1' },
    cells: read,
    defaultCell: undefined,
  });
  expect(parse(`default_cell: us-2\n${cells}`)).toMatchObject({ cells: read, defaultCell: 'us-2' });
});

test('problems of cells have their lines', () => {
  const text = [
    'default_cell: asia',
    'cells:',
    '  EU: { database: env:A }',
    '  us: { databse: env:B }',
    '  us: { database: mysql://x }',
    '  ca: env:C',
    '  sa: { database: env:A }',
    '  af:',
  ].join('\n');
  expect(problems(text)).toEqual([
    "1: default_cell must be one of the cells EU, us, us, ca, sa, af, got 'asia'",
    "3: the name of a cell must be 1 to 40 of a-z, 0-9 and -, and begin with a letter, got 'EU'",
    '4: cell us has no database',
    "4: cell us has no key 'databse': did you mean database?",
    '5: two cells are named us',
    '5: cell us: database must be env:NAME, file:/path or a connection string such as postgresql://user@host/database',
    "6: cell ca must be a mapping of keys and values, got 'env:C'",
    '7: cells EU and sa have the same database',
    '8: cell af has no database',
  ]);
  expect(problems('cells:\n')).toEqual(['1: cells must be a mapping from names to databases, got nothing']);
  expect(problems('cells: [a]\n')).toEqual(['1: cells must be a mapping from names to databases, got a list']);
  expect(problems('default_cell: eu\n')).toEqual([
    "1: default_cell must be one of the cells, of which there are none, got 'eu'",
  ]);
});
