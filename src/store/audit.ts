// The audit of administrative acts.

import type { AuditEntry } from '../domain/audit.ts';
import type { Executor } from '../postgres/executor.ts';
import { run, select } from '../schema/call.ts';
import { readDate } from './values.ts';

/** Lists the latest acts, newest first; with an object (such as `queue mail`), only acts on it. */
export async function listAudit(
  executor: Executor,
  { object, limit }: { object?: string | undefined; limit: number },
): Promise<AuditEntry[]> {
  const query = select('audit', { where: { object }, order: ['-id'], limit });
  return (await run(executor, query)).map(({ request_id, ...row }) => ({
    ...row,
    id: Number(row.id),
    at: readDate(row.at),
    requestId: request_id,
  }));
}
