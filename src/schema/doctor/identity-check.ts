// Whether the database is the one that its tasks were added to, and the only one: what doctor says of it, and what migrate does.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

const FINDINGS = {
  known: { level: 'ok', detail: 'this is the database that its tasks were added to' },
  copied: { level: 'ok', detail: 'this is a copy of another database, with its tasks and targets' },
  joined: {
    level: 'ok',
    detail: 'tasks of another database were brought in; ids of new tasks follow theirs from now on',
  },
  pending: {
    level: 'warn',
    detail:
      'tasks of another database were brought in, and ids of new tasks do not follow theirs yet: transactions that add are open',
    remedy: 'Run pgtaskqueue migrate: it waits for them.',
  },
  promoted: {
    level: 'warn',
    detail:
      'the server was promoted since the last migration: new tasks have the same names here and on the server it was copied from, if that still runs',
    remedy:
      'If both servers run: pgtaskqueue migrate --new-identity on one of them. After a failover: pgtaskqueue migrate clears this warning.',
  },
  hidden: { level: 'ok', detail: 'known to operators and dispatchers only' },
} as const satisfies Record<string, Omit<Finding, 'check'>>;

/** Asks check_identity, where the role may. */
export async function identity(executor: Executor): Promise<Finding> {
  const { rows } = await executor.query(
    `select case when pg_catalog.has_function_privilege('taskqueue.check_identity()', 'execute') then taskqueue.check_identity() else 'hidden' end as state`,
    [],
  );
  return { check: 'identity', ...FINDINGS[rows[0].state as keyof typeof FINDINGS] };
}

const RENEW = 'select taskqueue._renew_identity()';
const NOTE = 'select taskqueue.check_identity() as state, taskqueue._note_identity()';

/**
 * After a migration: has ids follow those of all tasks, and takes the server as it is now for the only one of its kind.
 *
 * @param renew true: the database is the twin of another, copied file by file, and names its new tasks differently from now on
 */
export async function noteIdentity(executor: Executor, renew: boolean): Promise<void> {
  const { rows } = await executor.query(
    `select pg_catalog.to_regprocedure('taskqueue._note_identity()') is not null as known`,
    [],
  );
  if (!rows[0].known) return;
  if (renew) await executor.query(RENEW, []);
  const [noted] = (await executor.query(NOTE, [])).rows;
  if (noted.state === 'pending') await executor.query(RENEW, []); // which waits, or fails for the caller to try again
}
