import { describe, expect, test } from 'vitest';
import { RateLimiter } from '../../src/dispatcher/claiming/rate-limiter.ts';
import { ThrottleSignals } from '../../src/dispatcher/claiming/throttle-signals.ts';
import { aDispatch } from './a-dispatch.ts';

const S = 1_000;
const round = (rate: number) => Math.round(rate * 1e6) / 1e6;

/** The enforced rate of a queue with 100/s and bucket 5 at these seconds, with signals at the given ones. */
function ratesAt(signals: number[], seconds: number[], rate = 100): number[] {
  const pace = new RateLimiter({ rate, bucketSize: 5 }, 0);
  const events = [...signals.map((at) => ({ at, signal: true })), ...seconds.map((at) => ({ at, signal: false }))];
  const rates: number[] = [];
  for (const { at, signal } of events.sort((a, b) => a.at - b.at || Number(b.signal) - Number(a.signal))) {
    if (signal) pace.signal(at * S);
    else rates.push(round(pace.throttledTo(at * S) ?? rate));
  }
  return rates;
}

describe('the enforced rate of a queue of 100/s', () => {
  test.each<[string, number[], number[], number[]]>([
    ['created: the configured rate', [], [0, 60], [100, 100]],
    ['one signal halves it', [5], [4.999, 5], [100, 50]],
    ['signals within a second halve it once', [5, 5.1, 5.5, 5.999], [6], [50]],
    ['a signal a second later halves it again', [5, 6, 7], [5, 6, 7], [50, 25, 12.5]],
    ['the floor is 1 % of the configured', [1, 2, 3, 4, 5, 6, 7, 8, 9], [7, 8, 9], [1, 1, 1]],
    [
      'each full 10 s without a signal: + 10 %',
      [0],
      [9.999, 10, 19.999, 20, 40, 50, 99],
      [50, 60, 60, 70, 90, 100, 100],
    ],
    ['a signal restarts the 10 s, also one that halves nothing', [0, 0.5], [10.4, 10.5], [50, 60]],
    ['from the floor it takes ten rises', [0, 1, 2, 3, 4, 5, 6], [6, 16, 96, 106], [1, 11, 91, 100]],
  ])('%s', (_name, signals, seconds, rates) => {
    expect(ratesAt(signals, seconds)).toEqual(rates);
  });

  test('after a reconfiguration or a resume, the configured rate applies immediately, and the next signal halves it', () => {
    const pace = new RateLimiter({ rate: 100, bucketSize: 5 }, 0);
    pace.signal(0);
    pace.configure({ rate: 40, bucketSize: 5 }, 100);
    expect(pace.throttledTo(100)).toBeNull();
    pace.signal(200);
    expect(pace.throttledTo(200)).toBe(20);
  });

  test('a rate of 0 stays 0', () => {
    expect(ratesAt([1, 2], [2, 60], 0)).toEqual([0, 0]);
  });

  test('the bucket fills at the enforced rate; each rise counts from its own moment, however rarely it is read', () => {
    const asked = (every: number) => {
      const pace = new RateLimiter({ rate: 1, bucketSize: 500 }, 0);
      pace.take(500, 0);
      pace.signal(0); // 0.5/s for 10 s, then 0.6/s, 0.7/s …
      for (let at = 0; at <= 30 * S; at += every) pace.takeable(at);
      return pace.takeable(30 * S);
    };
    expect([asked(30 * S), asked(7)]).toEqual([5 + 6 + 7, 5 + 6 + 7]);
  });

  test('a new leader continues at the recorded rate, and raises it from there', () => {
    const queue = { rate: 100, bucketSize: 5, restedSeconds: 0.1, enforcedRate: 25 };
    const pace = RateLimiter.rebuilt(queue, 0);
    expect([pace.takeable(0), pace.throttledTo(0), pace.throttledTo(10 * S)]).toEqual([2, 25, 35]);
  });
});

describe('what is a throttle signal', () => {
  const app = aDispatch();
  const http = aDispatch({ target: 'https://example.com', http: { url: 'https://example.com/' } });
  const failed = (status: number) => ({ kind: 'failed', status, reason: 'App Error', responded: status > 0 }) as const;

  test.each([
    ['503 of an App Engine target', app, 503, true],
    ['503 of an HTTP target', http, 503, true],
    ['429 of an App Engine target', app, 429, false],
    ['429 of an HTTP target', http, 429, true],
    ['500', app, 500, false],
    ['504', http, 504, false],
    ['404', http, 404, false],
    ['a timeout', app, 0, false],
  ])('%s: %s', (_name, dispatch, status, signal) => {
    expect(new ThrottleSignals().observe(dispatch, failed(status), 0)).toBe(signal);
  });

  test('a native task keeps App Engine’s rules, whatever its target', () => {
    expect(new ThrottleSignals().observe(aDispatch({ target: 'https://example.com' }), failed(429), 0)).toBe(false);
  });

  test('success is not one', () => {
    expect(new ThrottleSignals().observe(app, { kind: 'completed', status: 200 }, 0)).toBe(false);
  });

  const refused = { ...failed(0), unreachable: true };

  test('connection refused: after 30 s of it', () => {
    const signals = new ThrottleSignals();
    expect([0, 10 * S, 29_999, 30 * S, 31 * S].map((at) => signals.observe(app, refused, at))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('… and any response in between restarts the 30 s', () => {
    const signals = new ThrottleSignals();
    signals.observe(app, refused, 0);
    signals.observe(app, failed(500), 29 * S);
    expect(signals.observe(app, refused, 31 * S)).toBe(false);
    expect(signals.observe(app, refused, 61 * S)).toBe(true);
  });

  test('… from the same target', () => {
    const signals = new ThrottleSignals();
    signals.observe(app, refused, 0);
    expect(signals.observe(aDispatch({ target: 'worker' }), refused, 60 * S)).toBe(false);
  });
});

test('a limiter that is led again keeps its own throttle when the record has none', () => {
  const queue = { rate: 8, bucketSize: 4, restedSeconds: 0.5, enforcedRate: null };
  const pace = RateLimiter.rebuilt({ ...queue, restedSeconds: null }, 0);
  pace.signal(0);
  pace.takeOver(queue, 100);
  expect(pace.throttledTo(100)).toBe(4);
  expect(pace.takeable(100)).toBe(2);
});
