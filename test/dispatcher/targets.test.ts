import { expect, test } from 'vitest';
import { Targets } from '../../src/dispatcher/targets.ts';

const stored = (entries: Record<string, string>) =>
  Object.entries(entries).map(([name, url]) => ({ name, url, maxConcurrent: null }));

test("no target means default; one's own come before the stored ones", () => {
  const targets = new Targets({ default: 'http://own' });
  targets.setStored(stored({ default: 'http://stored', worker: 'http://worker' }));
  expect(targets.resolve(null)).toBe('http://own');
  expect(targets.resolve('default')).toBe('http://own');
  expect(targets.resolve('worker')).toBe('http://worker');
  targets.setStored(stored({}));
  expect(targets.resolve('worker')).toBeUndefined();
});

test('a pattern stands for every name that fits, and its URL may hold the name', () => {
  const targets = new Targets({ '*': 'http://{target}.internal:8080', '*.worker': 'http://workers/{target}/' });
  targets.setStored(stored({ billing: 'http://billing' }));
  expect(targets.resolve('shop')).toBe('http://shop.internal:8080');
  expect(targets.resolve('v2.worker')).toBe('http://workers/v2.worker/');
  expect(targets.resolve('billing')).toBe('http://billing');
});

test.each(['evil.com/', 'a@b', 'a:80', 'a b', '', '.', '-', 'a?', '__proto__/x'])(
  'no pattern answers for %j',
  (name) => {
    expect(new Targets({ '*': 'http://{target}.internal' }).resolve(name)).toBeUndefined();
  },
);

test('names that JavaScript objects know are unknown targets', () => {
  const targets = new Targets({});
  for (const name of ['constructor', 'toString', '__proto__']) expect(targets.resolve(name)).toBeUndefined();
});

test('a target may be a function', () => {
  const handler = () => new Response();
  expect(new Targets({ default: handler }).resolve(null)).toBe(handler);
});
