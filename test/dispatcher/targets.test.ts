import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { Targets } from '../../src/dispatcher/delivery/targets.ts';

const stored = (entries: Record<string, string>) =>
  Object.entries(entries).map(([name, url]) => ({ name, url, maxConcurrent: null }));

test("no target means default, and a dispatcher's own targets take precedence over stored ones", () => {
  const targets = new Targets({ default: 'http://own' });
  targets.setStored(stored({ default: 'http://stored', worker: 'http://worker' }));
  expect(targets.resolve(null)).toBe('http://own');
  expect(targets.resolve('default')).toBe('http://own');
  expect(targets.resolve('worker')).toBe('http://worker');
  targets.setStored(stored({}));
  expect(targets.resolve('worker')).toBeUndefined();
});

test('a pattern matches every name that fits, and its URL may contain the name', () => {
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

test("names of JavaScript's object properties are unknown targets", () => {
  const targets = new Targets({});
  for (const name of ['constructor', 'toString', '__proto__']) expect(targets.resolve(name)).toBeUndefined();
});

test('a target may be a function', () => {
  const handler = () => new Response();
  expect(new Targets({ default: handler }).resolve(null)).toBe(handler);
});

const PATTERNS = [
  'http://{target}:8080',
  'http://{target}',
  'https://{target}/base',
  'http://{target}.internal',
  'http://a.{target}:1',
];

/** Names that some resolver reads as an address, alone or with the text around them. */
const ADDRESSES = [
  ...[
    '2130706433',
    '0x7f000001',
    '0X7F000001',
    '017700000001',
    '127.1',
    '127.0.1',
    '127.0.0.1',
    '0177.0.0.1',
    '0x7f.1',
  ],
  ...[
    '0',
    '1',
    '0x0',
    '00',
    '1.2.3',
    '1.2.3.4',
    '256.256.256.256',
    '4294967296',
    '08',
    '1.0x1',
    'a.1',
    'a.0x7f',
    'x.09',
  ],
  ...['169.254.169.254', '0xa9fea9fe', '2852039166', '10.1', '192.168.257'],
];

test.each(ADDRESSES)('what stands for {target} is a host, and never the address %s', (name) => {
  for (const pattern of PATTERNS) {
    const url = new Targets({ '*': pattern }).resolve(name);
    if (url !== undefined) expect(isIP(new URL(String(url)).hostname), `${pattern}: ${url}`).toBe(0);
    if (/^https?:..\{target\}/.test(pattern) && !pattern.includes('internal')) expect(url, pattern).toBeUndefined();
  }
});

test.each(['a..b', 'a.-b', 'a-.b', `${'a'.repeat(64)}.b`, 'xn--'])('not a host label: %s', (name) => {
  expect(new Targets({ '*': 'http://{target}:80' }).resolve(name)).toBeUndefined();
});

test('the name of a target decides whose host it is, unless the operator wrote the end of the host', () => {
  const open = (url: string, name = 'shop') => new Targets({ '*': url }).isOpen(name);
  for (const url of [
    'http://{target}',
    'http://{target}:8080/',
    'http://app-{target}',
    'http://a.{target}:1',
    'http://x.{target}y',
  ])
    expect(open(url), url).toBe(true);
  for (const url of [
    'http://{target}.internal',
    'http://{target}.a:80',
    'http://workers/{target}',
    'http://127.0.0.1:80/{target}',
  ])
    expect(open(url), url).toBe(false);
  const named = new Targets({ '*': 'http://{target}', shop: 'http://127.0.0.1:80' });
  expect([named.isOpen('shop'), named.isOpen('other'), named.isOpen(null)]).toEqual([false, true, true]);
});
