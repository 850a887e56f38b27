// The pure parts of the console's tasks: filters, durations, JSON in colours, hex, retries.

import { describe, expect, test } from 'vitest';
import { hexText } from '../../src/console/bodies/hex-text.ts';
import { colouredJson } from '../../src/console/bodies/json-tokens.ts';
import { pausesAhead } from '../../src/console/pages/task/retry-schedule.ts';
import { filterWord, parseFilter } from '../../src/console/pages/tasks/filter.ts';
import { settingDuration, typedDuration } from '../../src/console/parts/durations.ts';

test.each<[string, object]>([
  ['', {}],
  ['state:retrying attempts:>3 status:503', { state: 'retrying', min_attempts: 4, min_status: 503, max_status: 503 }],
  ['attempts:3', { min_attempts: 3, max_attempts: 3 }],
  ['attempts:<=2', { max_attempts: 2 }],
  ['status:5xx', { min_status: 500, max_status: 599 }],
  ['status:none', { min_status: 0, max_status: 0 }],
  ['url:/send tag:"a b" target:x method:put', { url: '/send', tag: 'a b', target: 'x', method: 'PUT' }],
  ['age:>1h30m', { min_age: 5400 }],
  ['age:<10m', { max_age: 600 }],
  ['order-7', { name: 'order-7' }],
  ['name:order-*', { name_prefix: 'order-' }],
  ['state:due state:retrying', { state: 'retrying' }],
])('%s is read as %j', (text, filter) => {
  const read = parseFilter(text);
  expect(read.filter).toEqual(filter);
  expect(read.problems).toEqual([]);
  expect(parseFilter(read.words.join(' ')).filter).toEqual(filter);
});

test.each([
  'state:asleep',
  'attempts:many',
  'attempts:<0',
  'status:six',
  'age:1h',
  'age:>x',
  'colour:red',
  'name:',
  'url:',
])('%s is not read, and the problem is said', (text) => {
  const read = parseFilter(text);
  expect(read.filter).toEqual({});
  expect(read.problems).toHaveLength(1);
  expect(read.problems[0]).toMatch(/ must be .*, got /);
});

test('a value with spaces is one word', () => {
  expect(parseFilter(filterWord('tag', 'a "b" c')).filter).toEqual({ tag: 'a b c' });
});

test.each<[string, number | undefined]>([
  ['90', 90],
  ['90 s', 90],
  ['2 m', 120],
  ['1h30m', 5400],
  ['1.5d', 129_600],
  ['250ms', 0.25],
  ['soon', undefined],
  ['', undefined],
  ['-1', undefined],
])('the duration %s is %s seconds', (text, seconds) => {
  expect(typedDuration(text)).toBe(seconds);
});

test('durations of settings have no parts that are zero', () => {
  expect([600, 3600, 90, 160, 0.1].map(settingDuration)).toEqual(
    ['10 m', '1 h', '1 m 30 s', '2 m 40 s', '100 ms'].map((text) => text.replaceAll(' ', '\u00a0')),
  );
});

describe('JSON in colours', () => {
  const shown = async (text: string) => String(await colouredJson(text)).replaceAll(/<[^>]*>/g, '');

  test('keeps its tokens as they are written', async () => {
    expect(await shown('{"n":9007199254740993,"n":1.50e+3,"a":[3, 1],"e":{}}')).toBe(
      '{\n  &quot;n&quot;: 9007199254740993,\n  &quot;n&quot;: 1.50e+3,\n  &quot;a&quot;: [3, 1],\n  &quot;e&quot;: {}\n}',
    );
  });

  test('stays as it is if it has lines', async () => {
    expect(await shown('{ "a" :  1,\n\n   "b":2 }')).toBe('{ &quot;a&quot; :  1,\n\n   &quot;b&quot;:2 }');
  });

  test('shows what is cut off in the middle', async () => {
    expect(await shown('{"a": "b')).toContain('b');
    expect(await shown('["<script>')).toContain('&lt;script&gt;');
  });
});

test('hex shows bytes and text side by side', () => {
  expect(hexText(Buffer.from('{"a": 1}\n\u0000ÿ'))).toBe(
    '0000  7b 22 61 22 3a 20 31 7d 0a 00 c3 bf              {"a": 1}....',
  );
});

test('the retries ahead end with their limit', () => {
  const retry = { minBackoffSeconds: 10, maxBackoffSeconds: 300, maxDoublings: 3, taskRetryLimit: 8 };
  expect(pausesAhead(retry, 0, 10)).toEqual([10, 20, 40, 80, 160, 240, 300, 300]);
  expect(pausesAhead(retry, 6, 4)).toEqual([300, 300]);
  expect(pausesAhead({ minBackoffSeconds: 1 }, 2, 2)).toEqual([4, 8]);
});
