// Who did what to the queues.

import type { AuditEntry } from '../domain/audit.ts';
import { run } from '../sql/call.ts';
import type { Executor } from '../sql/executor.ts';
import { views } from '../sql/views.ts';
import { readDate } from './values.ts';

/** The latest acts, the newest first; with an object (such as `queue mail`) only those done to it. */
export async function listAudit(
  executor: Executor,
  { object, limit }: { object?: string | undefined; limit: number },
): Promise<AuditEntry[]> {
  let query = views.selectFrom('taskqueue.audit').selectAll().orderBy('id', 'desc').limit(limit);
  if (object !== undefined) query = query.where('object', '=', object);
  return (await run(executor, query.compile())).map((row) => ({ ...row, id: Number(row.id), at: readDate(row.at) }));
}
