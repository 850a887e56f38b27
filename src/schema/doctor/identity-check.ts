// The check of the database's identity: were its tasks added here, or in another database? doctor reports it, and
// migrate updates it.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

const FINDINGS = {
  known: { level: 'ok', detail: 'the tasks of this database were added here' },
  copied: { level: 'ok', detail: 'this is a copy of another database, with its tasks and targets' },
  joined: {
    level: 'ok',
    detail: 'tasks were imported from another database; ids of new tasks follow theirs',
  },
  pending: {
    level: 'warn',
    detail:
      'tasks were imported from another database, but ids of new tasks do not follow theirs yet: transactions with adds are open',
    remedy: 'Run pgtaskqueue migrate: it waits for those transactions.',
  },
  promoted: {
    level: 'warn',
    detail:
      'the server was promoted since the last migration: if the server it was copied from still runs, both generate the same task names',
    remedy:
      'If both servers run, run pgtaskqueue migrate --new-identity on one of them. After a failover, pgtaskqueue migrate clears this warning.',
  },
  hidden: { level: 'ok', detail: 'visible only to operators and dispatchers' },
} as const satisfies Record<string, Omit<Finding, 'check'>>;

/** Calls check_identity, if the role may. */
export async function identity(executor: Executor): Promise<Finding> {
  const { rows } = await executor.query(
    `select case when pg_catalog.has_function_privilege('taskqueue.check_identity()', 'execute')
     then taskqueue.check_identity() else 'hidden' end as state`,
    [],
  );
  return { check: 'identity', ...FINDINGS[rows[0].state as keyof typeof FINDINGS] };
}

const RENEW = 'select taskqueue._renew_identity()';
const RECORD = 'select taskqueue.check_identity() as state, taskqueue._note_identity()';

/**
 * After a migration, makes ids follow those of all tasks, and records the server's present identity.
 *
 * @param renew true if the database is a file-level copy of another: its new tasks get names that the other does not
 *   generate
 */
export async function recordIdentity(executor: Executor, renew: boolean): Promise<void> {
  const { rows } = await executor.query(
    `select pg_catalog.to_regprocedure('taskqueue._note_identity()') is not null as known`,
    [],
  );
  if (!rows[0].known) return;
  if (renew) await executor.query(RENEW, []);
  const [recorded] = (await executor.query(RECORD, [])).rows;
  if (recorded.state === 'pending') await executor.query(RENEW, []); // waits, or fails so that the caller tries again
}
