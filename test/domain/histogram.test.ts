// Histograms have the same buckets in TypeScript and in SQL.
import { expect, test } from 'vitest';
import { addToHistogram, emptyHistogram, HISTOGRAM_BOUNDS } from '../../src/domain/histogram.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const db = useDatabase();

test.each(HISTOGRAM_BOUNDS.map((bound, i) => [bound, HISTOGRAM_BOUNDS[i - 1] ?? 0]))(
  'a bucket up to %d s begins at %d s',
  async (bound, below) => {
    const counts = emptyHistogram();
    addToHistogram(counts, bound);
    const quantile = (share: number) =>
      value<number>(db.pool, 'select taskqueue.histogram_quantile($1, $2)', [counts, share]);
    expect(await quantile(1)).toBe(bound);
    expect(await quantile(0)).toBe(below);
  },
);
