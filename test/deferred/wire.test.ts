import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCarried, writeCall, writeOverflow } from '../../src/deferred/wire.ts';

const written = (...args: unknown[]) => JSON.parse(Buffer.from(writeCall('f', args)).toString());
const roundTrip = (...args: unknown[]) => {
  const carried = readCarried(writeCall('f', args));
  if ('overflow' in carried) throw new Error('it was not to overflow');
  return carried.args;
};

test('the wire form', () => {
  expect(written('a@b', 3)).toEqual({ v: 1, fn: 'f', args: ['a@b', 3] });
});

test.each<[string, unknown, unknown]>([
  ['Date', new Date(0), { $date: '1970-01-01T00:00:00.000Z' }],
  ['bigint', -(2n ** 70n), { $bigint: '-1180591620717411303424' }],
  ['Uint8Array', new Uint8Array([255, 0]), { $bytes: '/wA=' }],
  ['Buffer', Buffer.from('hi'), { $bytes: 'aGk=' }],
  ['Map', new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]]), { $map: [[{ a: 1 }, { $set: [{ $bigint: '1' }] }]] }],
  ['Set', new Set(['a']), { $set: ['a'] }],
  ['a property that is undefined', { a: undefined, b: 1 }, { b: 1 }],
  ['undefined in a list', [undefined, 1], [{ $undefined: true }, 1]],
  ['what looks like a tag', { $date: 'x' }, { $object: { $date: 'x' } }],
  ['what looks like two', { $date: 'x', $set: [] }, { $date: 'x', $set: [] }],
])('%s', (_, value, expected) => expect(written(value).args).toEqual([expected]));

test('undefined arguments keep their position, except at the end', () => {
  expect(written(undefined, 2, undefined, undefined).args).toEqual([{ $undefined: true }, 2]);
  expect(roundTrip(undefined, 2, undefined)).toEqual([undefined, 2]);
  expect(roundTrip()).toEqual([]);
});

describe('any arguments come back as they were', () => {
  const value = fc.letrec((again) => ({
    leaf: fc.oneof(
      fc.constantFrom(null, true, false, ''),
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array(),
    ),
    key: fc.oneof(
      fc.string(),
      fc.constantFrom(
        '$date',
        '$bigint',
        '$bytes',
        '$map',
        '$set',
        '$object',
        '$undefined',
        '$',
        '__proto__',
        'toJSON',
      ),
    ),
    value: fc.oneof(
      { depthSize: 'small' },
      again('leaf'),
      fc.array(again('value')),
      fc
        .array(fc.tuple(again('key') as fc.Arbitrary<string>, again('value')))
        .map((entries) => Object.fromEntries(entries)),
      fc.array(again('value')).map((items) => new Set(items)),
      fc.array(fc.tuple(again('value'), again('value'))).map((entries) => new Map(entries)),
    ),
  })).value;

  test('of every kind, at every depth', () => {
    fc.assert(
      fc.property(fc.array(value), (args) => {
        expect(roundTrip(...args)).toStrictEqual(args);
      }),
    );
  });

  test('even under keys that look like tags', () => {
    const tags = ['$date', '$bigint', '$bytes', '$map', '$set', '$object', '$undefined', '$none', '__proto__'];
    fc.assert(
      fc.property(fc.constantFrom(...tags), value, fc.boolean(), (tag, inner, twice) => {
        const one = Object.fromEntries([[tag, inner]]);
        const object = twice ? { $object: one } : one;
        expect(roundTrip(object)).toStrictEqual([object]);
      }),
    );
  });
});

class Account {}
const circle: unknown[] = [];
circle.push(circle);

test.each<[string, unknown, string]>([
  ['a function', () => {}, 'args[0]'],
  ['a symbol', Symbol('a'), 'symbol'],
  ['NaN', Number.NaN, 'NaN'],
  ['an infinite number', { a: [1, Number.POSITIVE_INFINITY] }, 'args[0].a[1]'],
  ['an invalid Date', new Date(Number.NaN), 'invalid Date'],
  ['an instance of a class', { account: new Account() }, 'args[0].account'],
  ['an Error', new Error('a'), 'Error'],
  ['a RegExp', /a/, 'RegExp'],
  ['a Promise', Promise.resolve(), 'Promise'],
  ['other typed arrays', new Uint16Array(1), 'Uint16Array'],
  ['keys that are symbols', { [Symbol('a')]: 1 }, 'symbols'],
  ['a Map with such a value', new Map([['a', () => {}]]), 'entry(0)[1]'],
  ['a circle', circle, 'cycles'],
])('%s is a TypeError that says where', (_, value, message) => {
  expect(() => writeCall('f', [value])).toThrow(TypeError);
  expect(() => writeCall('f', [value])).toThrow(message);
});

test('a call that is stored elsewhere', () => {
  const id = '6f0b1c0a-52ab-4d8e-9c5e-0d6f4b1a2c3d';
  expect(readCarried(writeOverflow('f', id))).toEqual({ fn: 'f', overflow: id });
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"v":2,"fn":"f","args":[]}',
  '{"v":1,"args":[]}',
  '{"v":1,"fn":"f"}',
  '{"v":1,"fn":"f","args":{}}',
  '{"v":1,"fn":"f","overflow":"1"}',
  '{"v":1,"fn":"f","args":[{"$none":1}]}',
  '{"v":1,"fn":"f","args":[{"$bigint":"1.5"}]}',
  '{"v":1,"fn":"f","args":[{"$date":"never"}]}',
  '{"v":1,"fn":"f","args":[{"$map":[1]}]}',
  '{"v":1,"fn":"f","args":[{"$set":"a"}]}',
  '{"v":1,"fn":"f","args":[{"$object":null}]}',
])('%s is not a call', (text) => expect(() => readCarried(Buffer.from(text))).toThrow());

test('nor are bytes that are not UTF-8', () => {
  expect(() => readCarried(Buffer.from([0xff]))).toThrow();
});
