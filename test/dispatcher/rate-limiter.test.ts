import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimiter } from '../../src/dispatcher/claiming/rate-limiter.ts';

const limits = fc.record({
  rate: fc.oneof(fc.double({ min: 0.0001, max: 500, noNaN: true }), fc.constantFrom(0, 1, 5, 500)),
  bucketSize: fc.integer({ min: 0, max: 500 }),
});
/**
 * The next event: tasks come due, a handler asks for fewer requests, an operator changes the limits, or the queue is
 * resumed.
 */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ due: fc.nat(600) }) },
  { weight: 3, arbitrary: fc.record({ signal: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ limits }) },
);
const history = fc.array(fc.tuple(fc.double({ min: 0, max: 30_000, noNaN: true }), event), { maxLength: 60 });

test('never more than burst + rate · t in any window, with throttling and live changes', () => {
  fc.assert(
    fc.property(limits, history, (first, steps) => {
      const pace = new RateLimiter(first, 0);
      let current = first;
      let now = 0;
      // The most that could have been gained since the start: the integral of the configured rate.
      let gained = 0;
      const grants: { gained: number; burst: number; n: number }[] = [];
      for (const [ms, what] of steps) {
        now += ms;
        gained += (current.rate * ms) / 1000;
        if ('signal' in what) pace.signal(now);
        else if ('limits' in what) {
          current = what.limits;
          pace.configure(current, now);
        } else {
          const n = Math.min(what.due, pace.takeable(now));
          pace.take(n, now);
          grants.push({ gained, burst: current.bucketSize, n });
        }
      }
      grants.forEach((from, i) => {
        let taken = 0;
        let burst = from.burst;
        for (const to of grants.slice(i)) {
          taken += to.n;
          burst = Math.max(burst, to.burst);
          expect(taken).toBeLessThanOrEqual(burst + (to.gained - from.gained) + 1e-3);
        }
      });
    }),
    { numRuns: 300 },
  );
});

test('no drift: however often it is asked, and whenever the rate rises, it has as many tokens as if it were asked once', () => {
  const asks = fc.array(fc.double({ min: 0, max: 120_000, noNaN: true }), { maxLength: 200 });
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 4, noNaN: true }), fc.nat(6), asks, (rate, signals, times) => {
      const one = new RateLimiter({ rate, bucketSize: 500 }, 0);
      const often = new RateLimiter({ rate, bucketSize: 500 }, 0);
      for (const pace of [one, often]) {
        pace.take(500, 0);
        for (let i = 0; i < signals; i++) pace.signal(i * 1000);
      }
      for (const at of times.filter((ms) => ms >= 6_000).sort((a, b) => a - b)) often.takeable(at);
      expect(Math.abs(often.takeable(120_000) - one.takeable(120_000))).toBeLessThanOrEqual(1); // rounding may differ by one
    }),
  );
});

test('liveness: when asked again at the time that it returned, a limiter above 0 has a token in the end', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.0001, max: 500, noNaN: true }), fc.nat(20), (rate, signals) => {
      const pace = new RateLimiter({ rate, bucketSize: 1 }, 0);
      pace.take(1, 0);
      for (let i = 0; i < signals; i++) pace.signal(i * 1000);
      let now = signals * 1000;
      for (let asked = 0; pace.takeable(now) === 0; asked++) {
        expect(asked).toBeLessThan(20);
        now = pace.askAgainAt(now);
      }
    }),
  );
});

test('the enforced rate stays within 1 % and 100 % of the configured rate, and recovers fully after a quiet time', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 500, noNaN: true }), fc.array(fc.nat(20_000)), (rate, gaps) => {
      const pace = new RateLimiter({ rate, bucketSize: 5 }, 0);
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        pace.signal(now);
        const enforced = pace.throttledTo(now) ?? rate;
        expect(enforced).toBeGreaterThanOrEqual(rate * 0.01);
        expect(enforced).toBeLessThanOrEqual(rate);
      }
      expect(pace.throttledTo(now + 100_000)).toBeNull();
    }),
  );
});
