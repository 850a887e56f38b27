import { expect, test } from 'vitest';
import { runDemonstration } from '../../src/demo/demonstration.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();

// That all goes well when all is well is shown by `dev --once`; here is a database where something is not.
test('what does not happen is seen', async () => {
  await database.pool.query(
    "create or replace function taskqueue.purge_queue(queue text) returns bigint language sql as 'select 0::bigint'",
  );
  await database.pool.query('drop function taskqueue.resume_queue(text)');
  const lines: string[] = [];
  const { passed, failed, checks } = await runDemonstration(database.url, { say: (line) => lines.push(line) });
  expect([passed + failed, passed > 25]).toEqual([checks.length, true]);
  expect(checks.filter((check) => !check.passed).map(({ scenario, check }) => `${scenario}: ${check}`)).toEqual([
    '6. A queue is paused and resumed: the scenario runs to its end',
    '7. 1 000 tasks are purged: purging returns how many there were',
    '7. 1 000 tasks are purged: none is left',
  ]);
  expect(lines.join('\n')).toContain('✗ none is left\n      expected: 0\n      seen:     1000');
});

test('an interrupted one ends before the next scenario', async () => {
  const other = new AbortController();
  other.abort();
  const { checks } = await runDemonstration(database.url, { say: () => {}, signal: other.signal });
  expect(checks).toEqual([]);
});
