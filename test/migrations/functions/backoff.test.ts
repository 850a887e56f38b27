import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { rows } from '../../support/sql.ts';

const db = useDatabase();

/** The delays before these retries, in microseconds. */
async function delays(min: number, max: number, doublings: number, retries: number[]): Promise<bigint[]> {
  const found = await rows<{ us: string }>(
    db.pool,
    `select (extract(epoch from taskqueue._backoff(row(null, null, $1, $2, $3)::taskqueue.retry_parameters, n)) * 1000000)::text as us
     from unnest($4::integer[]) with ordinality as r(n, at) order by at`,
    [min, max, doublings, retries],
  );
  return found.map(({ us }) => {
    expect(us).toMatch(/^\d+(\.0*)?$/); // whole microseconds
    return BigInt(us.replace(/\..*/, ''));
  });
}

const seconds = fc.oneof(fc.double({ min: 0, max: 100_000, noNaN: true }), fc.constantFrom(0, 0.1, 3600));

test('the back-off grows, never beyond its maximum, in whole microseconds, for however many retries', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(seconds, seconds).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
      fc.oneof(fc.nat(40), fc.constantFrom(1023, 1024, 2_147_483_647)),
      fc.array(fc.integer({ min: 1, max: 2_147_483_647 }), { maxLength: 5 }),
      async ([min, max], doublings, more) => {
        const retries = [1, 2, 3, 17, 18, 1024, 2_147_483_647, ...more].sort((a, b) => a - b);
        const found = await delays(min, max, doublings, retries);
        const most = BigInt(Math.ceil(max * 1e6));
        found.forEach((delay, i) => {
          expect(delay).toBeGreaterThanOrEqual(i === 0 ? 0n : (found[i - 1] as bigint));
          expect(delay).toBeLessThanOrEqual(most);
        });
        expect(Math.abs(Number(found[0]) - min * 1e6)).toBeLessThan(1.01);
      },
    ),
    { numRuns: 60 },
  );
});
