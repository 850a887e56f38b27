// The grammars of a queue file are those of the database: both accept the same texts with the same numbers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ageLimitOf, rateOf, storageLimitOf } from '../../src/domain/queue-file/grammar.ts';
import { atMost } from '../../src/domain/queue-file/number-pattern.ts';
import { useDatabase } from '../support/db.ts';

const db = useDatabase();

const number = fc
  .tuple(
    fc.nat(60_000),
    fc.constantFrom('', '.', '.5', '.25', '.0', '.999', ','),
    fc.constantFrom('', '', '', 'e1', 'e-2', 'E+1'),
  )
  .map((parts) => parts.join(''));
const written = (units: string[]) => fc.tuple(number, fc.constantFrom(...units)).map((parts) => parts.join(''));

async function bySql(name: string, texts: string[]): Promise<(number | null)[]> {
  const { rows } = await db.pool.query(
    `select (select pg_temp.judged(t)) as value from unnest($1::text[]) with ordinality as u(t, at) order by at`.replace(
      'pg_temp.judged',
      `public.judged_${name}`,
    ),
    [texts],
  );
  return rows.map(({ value }) => (value === null ? null : Number(value)));
}

test.each([
  ['_rate', rateOf, ['/s', '/m', '/h', '/d', '/f', 's', '']],
  ['_age_limit', ageLimitOf, ['s', 'm', 'h', 'd', 'mm', '']],
  ['_storage_limit', storageLimitOf, ['', 'B', 'K', 'M', 'G', 'T', 'X']],
])('%s in SQL and in TypeScript', async (name, ours, units) => {
  await db.pool.query(`create function public.judged_${name}(given text) returns double precision language plpgsql as
    'begin return taskqueue.${name}(given); exception when others then return null; end'`);
  const texts = fc.sample(written(units), { numRuns: 2000, seed: 7 });
  const theirs = await bySql(name, texts);
  for (const [at, text] of texts.entries()) {
    const own = ours(text) ?? null;
    if (own === null || theirs[at] === null) expect([text, own], text).toEqual([text, theirs[at]]);
    else expect(own, text).toBeCloseTo(theirs[at] as number, 8);
  }
  expect(theirs.filter((one) => one !== null).length).toBeGreaterThan(200);
  expect(theirs.filter((one) => one === null).length).toBeGreaterThan(200);
});

test('the pattern of a range matches its numbers and no others', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50_000_000 }),
      fc.nat(60_000_000),
      fc.constantFrom('', '.', '.0', '.5'),
      (max, given, fraction) => {
        const text = `${given}${fraction}`;
        expect(new RegExp(`^${atMost(max)}$`).test(text), `${text} of ${max}`).toBe(Number(text) <= max);
      },
    ),
  );
});
