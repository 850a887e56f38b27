import { expect, test } from 'vitest';
import { Retries } from '../../src/runtime/retries.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

const GONE = new Error('gone');
const WORDS = { first: 'polling failed; retrying', more: 'polling keeps failing', over: 'polling works again' };

function recorded() {
  const clock = new ManualClock();
  const lines: unknown[] = [];
  const at = (level: string) => (message: string, fields?: object) => lines.push([level, message, fields]);
  const logger = { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
  return { clock, lines, retries: new Retries(WORDS, clock, logger) };
}

test('an outage of five minutes is told in seven lines: its beginning, each minute, and its end', () => {
  const { clock, lines, retries } = recorded();
  for (let second = 0; second <= 300; second += 4) {
    retries.failed(GONE);
    clock.advance(4);
  }
  retries.worked();
  retries.worked();
  expect(lines).toEqual([
    ['warn', 'polling failed; retrying', { error: GONE, inMs: expect.any(Number) }],
    ...[60, 120, 180, 240, 300].map((second) => [
      ...['warn', 'polling keeps failing'],
      { error: GONE, failures: second / 4 + 1, forSeconds: second },
    ]),
    ['warn', 'polling works again', { failures: 76, afterSeconds: 304 }],
  ]);
});

test('a failure whose retry succeeds is told once', () => {
  const { lines, retries } = recorded();
  retries.failed(new Error('once'));
  retries.worked();
  expect(lines).toHaveLength(1);
  retries.failed(new Error('again'));
  expect(lines.at(-1)).toMatchObject(['warn', 'polling failed; retrying', { error: new Error('again') }]);
});

test('another reason is told at once, but not a hundred of them', () => {
  const { lines, retries } = recorded();
  retries.failed(GONE);
  retries.failed(new Error('a standby'));
  retries.failed(GONE);
  expect(lines).toMatchObject([
    ['warn', 'polling failed; retrying', { error: GONE }],
    ['warn', 'polling failed; retrying', { error: new Error('a standby') }],
  ]);
  for (let port = 0; port < 100; port++) retries.failed(new Error(`from port ${port}`));
  expect(lines).toHaveLength(10);
});

test('retries wait longer and longer, up to seconds', () => {
  const { retries } = recorded();
  const waits = Array.from({ length: 12 }, () => retries.failed(new Error('x')));
  expect(waits[0]).toBeLessThanOrEqual(100);
  expect(waits.at(-1)).toBeGreaterThan(2_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
});
