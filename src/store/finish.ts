// What a worker has finished: deleted by its leases, most often all of it. So only the exceptions are sent back.

import { CompiledQuery } from 'kysely';

/**
 * Compiles a call of delete_tasks that answers with the names of tasks that were not deleted. Names and tokens are those the database gave: nothing in them
 * needs an escape, and the driver would look for one in each.
 */
export function finish(queue: string, names: string[], leaseTokens: string[]): CompiledQuery<{ name: string }> {
  return CompiledQuery.raw('select name from "taskqueue"."delete_tasks"($1, $2, $3) where not deleted', [
    queue,
    plainArray(names),
    plainArray(leaseTokens),
  ]) as CompiledQuery<{ name: string }>;
}

function plainArray(texts: string[]): string {
  return `{"${texts.join('","')}"}`;
}
