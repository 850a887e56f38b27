// Checks that read views which not every role may read.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

/** Runs a check if the role may read the view; otherwise nothing is found. */
export async function ifReadable(
  executor: Executor,
  view: 'attempts' | 'dead_tasks' | 'crons',
  check: string,
  find: () => Promise<Finding>,
): Promise<Finding> {
  const { rows } = await executor.query('select pg_catalog.has_table_privilege($1, $2) as may', [
    `taskqueue.${view}`,
    'select',
  ]);
  return rows[0].may ? find() : { check, level: 'ok', detail: 'visible only to operators and viewers' };
}
