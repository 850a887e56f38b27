import { expect, test } from 'vitest';
import { requireKnownKeys } from '../../src/domain/known-keys.ts';

const KNOWN = ['countdown', 'eta', 'dispatchDeadline', 'headers'];

test.for([
  ['contdown', 'countdown'],
  ['ETA', 'eta'],
  ['dispatch_deadline', 'dispatchDeadline'],
  ['header', 'headers'],
  ['x'.repeat(100_000), 'eta'],
] as const)('%s is refused with the nearest known name', ([key, meant]) => {
  if (key.length > 64) return expect(() => requireKnownKeys({ [key]: 1 }, KNOWN, 'a task')).toThrow(TypeError);
  expect(() => requireKnownKeys({ [key]: 1 }, KNOWN, 'a task')).toThrow(
    `unknown property "${key}" in a task; did you mean ${meant}?`,
  );
});

test('a name that is like no known one is refused without a guess', () => {
  expect(() => requireKnownKeys({ limit: 1 }, KNOWN, 'a task')).toThrow(
    'unknown property "limit" in a task. Known properties: countdown, eta, dispatchDeadline, headers',
  );
});

test('known names and empty objects pass', () => {
  requireKnownKeys({ eta: 1, headers: undefined }, KNOWN, 'a task');
  requireKnownKeys({}, KNOWN, 'a task');
});

test('names of the prototype are not known', () => {
  for (const key of ['constructor', 'toString', '__proto__']) {
    expect(() => requireKnownKeys(JSON.parse(`{"${key}": 1}`), KNOWN, 'a task')).toThrow(TypeError);
  }
});
