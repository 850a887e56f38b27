import { expect, test } from 'vitest';
import { parseSettingsFile } from '../../src/files/settings-file.ts';
import { VARIABLES } from '../../src/server/variables.ts';

const parse = (text: string) => parseSettingsFile(text, 'serve.yaml', Object.keys(VARIABLES));
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
  expect(parse('port: 8200\nhost: 0.0.0.0\ntoken: "abc"\nallow_urls: [hooks.example.com, 10.0.0.0/8]\n')).toEqual({
    PGTASKQUEUE_PORT: '8200',
    PGTASKQUEUE_HOST: '0.0.0.0',
    PGTASKQUEUE_TOKEN: 'abc',
    PGTASKQUEUE_ALLOW_URLS: 'hooks.example.com,10.0.0.0/8',
  });
  expect(parse('')).toEqual({});
});

test('all problems are reported together, with their lines', () => {
  expect(problems('prot: 8200\nport: 1\nport: 2\nhost: {a: 1}\n')).toEqual([
    expect.stringMatching(/^1: unknown setting prot; known settings: .*port/),
    '3: the file has the key port twice',
    '4: host must be a value or a list of values',
  ]);
  expect(problems('- a\n')).toEqual(['1: the file must be a mapping of keys and values, got a list']);
});
