import { expect, test } from 'vitest';
import { HostBackoff } from '../../src/dispatcher/delivery/host-backoff.ts';
import { retryAfterSeconds } from '../../src/dispatcher/delivery/retry-after.ts';
import { aDispatch } from './a-dispatch.ts';

const NOW = Date.UTC(2026, 10, 21, 10);
const MONTH = 30 * 86_400;

test.each<[string, string | string[] | undefined, number | undefined]>([
  ['none', undefined, undefined],
  ['seconds', '120', 120],
  ['zero', '0', 0],
  ['with spaces', ' 7 ', 7],
  ['twenty digits', '99999999999999999999', MONTH],
  ['four hundred digits', '9'.repeat(400), MONTH],
  ['negative', '-5', 0],
  ['Infinity', 'Infinity', undefined],
  ['NaN', 'NaN', undefined],
  ['a fraction', '1.5', undefined],
  ['empty', '', undefined],
  ['nonsense', 'soon', undefined],
  ['a date', 'Sat, 21 Nov 2026 10:02:00 GMT', 120],
  ['a date that is past', 'Sat, 21 Nov 2020 10:02:00 GMT', 0],
  ['a date far off', 'Sat, 21 Nov 2099 10:02:00 GMT', MONTH],
  ['a date that is none', 'Sat, 41 Nov 2026 10:02:00 GMT', undefined],
  ['two values, two headers', ['10', '20'], 20],
  ['two values, one header', '20, 10', 20],
  ['two values, one of them nonsense', ['x', '10'], 10],
])('Retry-After, %s: %j', (_name, value, seconds) => {
  expect(retryAfterSeconds(value, NOW)).toBe(seconds);
});

const failed = { kind: 'failed', status: 503, reason: 'App Error', responded: true } as const;

test('the queue sends nothing to that host for that long, an hour at most; other queues and hosts are unaffected', () => {
  const holds = new HostBackoff();
  const to = (queue: string, target: string | null) => aDispatch({ queue, target, http: { url: `${target}/` } });
  holds.observe(to('mail', 'https://a.example'), { ...failed, retryAfter: 120 }, 0);
  holds.observe(to('mail', 'https://b.example'), { ...failed, retryAfter: MONTH }, 0);
  const left = (queue: string, target: string | null, now: number) => holds.secondsLeft(to(queue, target), now);
  expect(left('mail', 'https://a.example', 1_500)).toBe(119);
  expect(left('mail', 'https://a.example', 120_000)).toBe(0);
  expect(left('mail', 'https://b.example', 0)).toBe(3_600);
  expect(left('mail', 'https://c.example', 0)).toBe(0);
  expect(left('other', 'https://a.example', 0)).toBe(0);
  expect(left('mail', null, 0)).toBe(0);
});
