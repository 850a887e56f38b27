import { expect, test } from 'vitest';
import { duration, header, json, whole } from '../../src/cli/arguments.ts';

test('headers collect, and split at the first colon', () => {
  expect(header('b:c:d', header('A: x'))).toEqual({ A: 'x', b: 'c:d' });
  expect(() => header('no colon')).toThrow('name: value');
});

test('a header named like a property of objects is a header', () => {
  expect(Object.entries(header('__proto__: x', header('constructor: y')))).toEqual([
    ['constructor', 'y'],
    ['__proto__', 'x'],
  ]);
});

test.each(['', '1.5', '1e3', 'x', '0x10', ' 1'])('%j is no whole number', (text) => {
  expect(() => whole(text)).toThrow('whole number');
});

test('negative numbers are read; ranges are for the database to check', () => {
  expect(whole('-1')).toBe(-1);
});

test('invalid durations and JSON are rejected', () => {
  expect(() => duration('soon')).toThrow('duration');
  expect(() => json('{')).toThrow('JSON');
  expect(json('{"a": 1}')).toEqual({ a: 1 });
});
