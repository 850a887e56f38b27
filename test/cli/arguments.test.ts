import { describe, expect, test } from 'vitest';
import { duration, header, json, moment, number, whole } from '../../src/cli/arguments.ts';

describe('moments', () => {
  test.each([
    ['2030-01-31T08:30:00Z', '2030-01-31T08:30:00.000Z'],
    ['2030-01-31T08:30:00.125+02:00', '2030-01-31T06:30:00.125Z'],
    ['2030-01-31 08:30+0200', '2030-01-31T06:30:00.000Z'],
    ['2028-02-29T00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s', (text, iso) => {
    expect(moment(text).toISOString()).toBe(iso);
  });

  test.each([
    '2030-01-31T08:30:00',
    '2030-01-31',
    'tomorrow',
    'now',
    '1900000000',
    'infinity',
    '2030-02-30T00:00:00Z',
    '2030-02-29T00:00:00Z',
    '2030-01-31T24:00:00Z',
    '2030-01-31T25:00:00Z',
    '2030-01-31T08:30:60Z',
    '2030-13-01T00:00:00Z',
    '2030-00-10T00:00:00Z',
    '2030-01-31T08:30:00Z\n',
  ])('%j is none, or nobody knows which', (text) => {
    expect(() => moment(text)).toThrow('offset');
  });
});

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

test('negative numbers are read, and left for the database to refuse', () => {
  expect([whole('-1'), number('-0.5')]).toEqual([-1, -0.5]);
});

test('what is no number, duration or JSON is refused', () => {
  expect(() => number('five')).toThrow('number');
  expect(() => duration('soon')).toThrow('duration');
  expect(() => json('{')).toThrow('JSON');
  expect(json('{"a": 1}')).toEqual({ a: 1 });
});
